"""The ``blog`` command; each subcommand only calls a function of another package."""

import contextlib
import signal
import sys
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from blog import create_app, doctor
from blog.cli import backup, content, worker
from blog.cli import serve as server
from blog.cli.comments import comments_group
from blog.cli.group import FLASK_COMMANDS, BlogGroup
from blog.cli.mail import mail_command
from blog.cli.moderators import moderator_group
from blog.config import Settings
from blog.config.environment import environment
from blog.errors import OperatorError
from blog.theming import scaffold


@click.group(
    cls=BlogGroup,
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    set_debug_flag=False,
)
@click.version_option(package_name="headless-blog", prog_name="blog")
def cli() -> None:
    """Run and manage a blog. Settings are read from the environment and from .env."""


for command in (
    *FLASK_COMMANDS,
    backup.backup_command,
    backup.restore_command,
    comments_group,
    content.media_group,
    content.preview_command,
    content.source_group,
    content.sync_command,
    mail_command,
    moderator_group,
):
    cli.add_command(command)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="How many processes to run.")
@with_appcontext
def serve(host: str, port: int, workers: int) -> None:
    """Serve the blog until Ctrl-C. Before that, migrate, sync, and create the first moderator."""
    server.serve(host, port, workers)


@cli.command("worker")
def worker_command() -> None:
    """Sync, purge and send mail until Ctrl-C. `blog serve` does this by itself; another WSGI server does not."""
    # A shell that starts this in the background may have set SIGINT to be ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        worker.run()


@cli.group("theme", cls=click.Group)
def theme_group() -> None:
    """Create a theme of your own."""


@theme_group.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
def new_theme(folder: Path) -> None:
    """Write the files of a new theme into FOLDER, which must be new or empty."""
    for path in scaffold.create_theme(folder):
        click.echo(path)
    click.echo(f"It looks like the built-in theme until you change it. Use it with: BLOG_THEME={folder}")


@cli.command("doctor", with_appcontext=False)
@click.option("--mail", "address", metavar="ADDRESS", help="Also send a mail to this address, now.")
def doctor_command(address: str | None) -> None:
    """Check the blog, and say how to fix what is wrong: settings, instance, database, source, theme, moderators."""
    usable, faults = Settings.usable(environment())
    with create_app(usable).app_context():
        findings = doctor.examine(faults)
        if address:
            findings += doctor.try_mail(address)
    for finding in findings:
        click.echo(str(finding))
    if any(finding.level is doctor.Level.FAILED for finding in findings):
        sys.exit(1)


def main() -> None:
    """Run the command; print an ``OperatorError`` as one line and exit with status 2."""
    try:
        cli(prog_name="blog")
    except OperatorError as error:
        _refuse(str(error))
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        _refuse(f"The database reported an error ({reason}). If its tables are missing or old, run: blog db upgrade")


def _refuse(line: str) -> NoReturn:
    click.echo(f"blog: {line}", err=True)
    sys.exit(2)
