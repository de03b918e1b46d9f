"""``blog doctor``: the checks, on the command line."""

import sys

import click

from blog.cli.application import create_command_app
from blog.config import Settings
from blog.config.env_file import environment
from blog.doctor.checks import examine
from blog.doctor.findings import Level
from blog.doctor.mail_check import try_mail


@click.command("doctor")
@click.option("--mail", "address", metavar="ADDRESS", help="Also send a mail to this address, now.")
def doctor_command(address: str | None) -> None:
    """Check the blog, and say how to fix what is wrong: settings, instance, database, source, theme, moderators."""
    usable, faults = Settings.usable(environment())
    with create_command_app(usable).app_context():
        findings = examine(faults)
        if address:
            findings += try_mail(address)
    for finding in findings:
        click.echo(str(finding))
    if any(finding.level is Level.FAILED for finding in findings):
        sys.exit(1)
