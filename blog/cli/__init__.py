"""The ``blog`` command; each subcommand only calls a function of another package."""

import contextlib
import signal
import sys
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import AppGroup, FlaskGroup, routes_command, shell_command, with_appcontext
from flask_migrate.cli import db as database_commands
from sqlalchemy.exc import DBAPIError

from blog import create_app, doctor, environment
from blog.cli import backup, worker
from blog.cli import serve as server
from blog.cli.comments import comments_group
from blog.cli.mail import mail_command
from blog.cli.progress import ProgressDisplay
from blog.config import Settings, settings
from blog.content import previews
from blog.errors import OperatorError
from blog.moderation import accounts, second_factor
from blog.moderation.roles import Role
from blog.sources.registry import configured_source
from blog.sync import prune_media as media_pruning
from blog.sync import sync
from blog.sync.check import check_source
from blog.sync.crashes import forget_marks_on_sigterm
from blog.sync.report import counted
from blog.theming import scaffold

FLASK_COMMANDS = (database_commands, routes_command, shell_command)


class BlogGroup(FlaskGroup):
    """Flask's group without commands from an application, so that ``--help`` works even if settings are invalid."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all subcommands."""
        return AppGroup.list_commands(self, ctx)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the subcommand ``name``."""
        return AppGroup.get_command(self, ctx, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the blog's own commands first, then Flask's under a separate heading."""
        for heading, is_flask in (("Commands", False), ("Commands of Flask", True)):
            commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
            rows = [
                (name, command.get_short_help_str(formatter.width - 20))
                for name, command in commands.items()
                if command is not None and (command in FLASK_COMMANDS) is is_flask
            ]
            with formatter.section(heading):
                formatter.write_dl(rows)


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
    """Serve a blog, and look after it. Settings are read from the environment and from .env."""


for command in FLASK_COMMANDS:
    cli.add_command(command)
cli.add_command(backup.backup_command)
cli.add_command(backup.restore_command)
cli.add_command(comments_group)
cli.add_command(mail_command)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that answer.")
@with_appcontext
def serve(host: str, port: int, workers: int) -> None:
    """Migrate, sync, make the first moderator, and serve until Ctrl-C."""
    server.serve(host, port, workers)


@cli.command("worker")
def worker_command() -> None:
    """Follow the source until Ctrl-C. `blog serve` does this by itself; another WSGI server does not."""
    # A shell that starts this in the background may have set SIGINT to be ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        worker.run()


@cli.command("sync")
@click.option("--full", is_flag=True, help="Read what seems unchanged, or is set aside, as well.")
@click.option("--confirm-withdrawals", is_flag=True, help="Withdraw however many articles the source no longer has.")
@click.option("--confirm-source", is_flag=True, help="Let this source replace the one the articles are from.")
@with_appcontext
def sync_command(full: bool, confirm_withdrawals: bool, confirm_source: bool) -> None:
    """Pull content from the source once and print the report."""
    forget_marks_on_sigterm()
    with configured_source(settings) as source, ProgressDisplay() as progress:
        report = sync(
            source,
            full=full,
            confirm_withdrawals=confirm_withdrawals,
            confirm_source=confirm_source,
            on_progress=progress,
        )
    for line in report.lines():
        click.echo(line)


@cli.command("preview")
@click.argument("slug", required=False)
@click.option("--days", type=click.IntRange(1, 365), help="How long the links work; BLOG_PREVIEW_DAYS if left out.")
@with_appcontext
def preview_command(slug: str | None, days: int | None) -> None:
    """Print links to drafts and scheduled articles, or to the one with this slug."""
    found = [piece for piece in previews.unpublished(days) if slug in {None, piece.slug}]
    for piece in found:
        click.echo(f"{piece.title}\t{'draft' if piece.is_draft else 'scheduled'}\t{piece.preview}")
    if not found:
        raise previews.NothingUnpublished(slug)


@cli.group("source", cls=AppGroup)
def source_group() -> None:
    """Look at where content comes from."""


@source_group.command("check")
@click.option("--all", "is_for_all", is_flag=True, help="Show what becomes of every document, in a line each.")
def check_source_command(is_for_all: bool) -> None:
    """Ask the source, show what becomes of one document, and what the source cannot give; nothing is taken in."""
    with configured_source(settings) as source:
        for line in check_source(source, is_for_all=is_for_all):
            click.echo(line)


@cli.group("media", cls=AppGroup)
def media_group() -> None:
    """Look after the images that articles brought with them."""


@media_group.command("prune")
@click.option("--dry-run", is_flag=True, help="Only list what would be removed.")
@click.option("--days", default=1, show_default=True, type=click.IntRange(1), help="Leave what is newer than this.")
def prune_media(dry_run: bool, days: int) -> None:
    """Remove images that no article and no draft shows any more."""
    found = media_pruning.unused(days) if dry_run else media_pruning.prune(days)
    for file in found:
        click.echo(f"{file.path.name}\t{file.size / 1000:.0f} kB")
    megabytes = sum(file.size for file in found) / 1_000_000
    total = f"{'Would be removed' if dry_run else 'Removed'}: {counted(len(found), 'file')}, {megabytes:.1f} MB."
    click.echo(total if found else "No image is unused.")


@cli.group("theme", cls=click.Group)
def theme_group() -> None:
    """Begin a look of your own."""


@theme_group.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
def new_theme(folder: Path) -> None:
    """Write a theme to begin with into FOLDER, which must be new or empty."""
    for path in scaffold.create_theme(folder):
        click.echo(path)
    click.echo(f"It looks like the built-in one until you change it. Use it with: BLOG_THEME={folder}")


@cli.command("doctor", with_appcontext=False)
@click.option("--mail", "address", metavar="ADDRESS", help="Also send a mail to this address, now.")
def doctor_command(address: str | None) -> None:
    """Check settings, instance, database, source, theme and moderators; say how to fix what is wrong."""
    usable, faults = Settings.usable(environment())
    with create_app(usable).app_context():
        findings = doctor.examine(faults)
        if address:
            findings += doctor.try_mail(address)
    for finding in findings:
        click.echo(str(finding))
    if any(finding.level is doctor.Level.FAILED for finding in findings):
        sys.exit(1)


ROLES = click.Choice([str(role) for role in Role])


@cli.group("moderator", cls=AppGroup)
def moderator_group() -> None:
    """Add, list and disable those who decide on comments."""


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


password_option = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@moderator_group.command("add")
@click.argument("name")
@click.option("--role", type=ROLES, help="moderator if left out; administrator while there is no administrator.")
@password_option
def add_moderator(name: str, role: str | None, password_stdin: bool) -> None:
    """Add an account."""
    accounts.add(name, _password(password_stdin), Role(role) if role else accounts.default_role())
    click.echo(f"{name} may now sign in at /moderation/login.")


@moderator_group.command("role")
@click.argument("name")
@click.argument("role", type=ROLES)
def change_role(name: str, role: str) -> None:
    """Give an account another role."""
    accounts.change_role(accounts.named(name), Role(role), by=None)
    click.echo(f"{name} is {role} now.")


@moderator_group.command("reset-second-factor")
@click.argument("name")
def reset_second_factor(name: str) -> None:
    """Remove the second factors of an account whose owner has lost them, and end its sessions."""
    second_factor.reset(accounts.named(name), by=None)
    click.echo(f"{name} signs in with the password alone until a second factor is added.")


@moderator_group.command("list")
def list_moderators() -> None:
    """List the moderators, one a line."""
    for moderator in accounts.listing():
        since = f"{moderator.created_at:%Y-%m-%d}"
        status = "active" if moderator.is_active else "disabled"
        click.echo(f"{moderator.name}\t{status}\tsince {since}\t{moderator.role}")


@moderator_group.command("disable")
@click.argument("name")
def disable_moderator(name: str) -> None:
    """Lock a moderator out and end their sessions; what they decided stays."""
    accounts.disable(name)
    click.echo(f"{name} can no longer sign in.")


@moderator_group.command("reset-password")
@click.argument("name")
@password_option
def reset_password(name: str, password_stdin: bool) -> None:
    """Give a moderator another password, end their sessions, and let them in again if they were disabled."""
    accounts.reset_password(name, _password(password_stdin))
    click.echo(f"{name} has a new password; their sessions have ended.")


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
