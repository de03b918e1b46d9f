"""The subcommands of ``blog``; each is imported when it runs, and only calls functions of other packages."""

import click
from flask.cli import AppGroup, FlaskGroup

from blog.cli.application import create_command_app
from blog.lazy_command import DATABASE_COMMAND, LazyCommand

FLASK_COMMANDS = ("db", "routes", "shell")


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
                if command is not None and (name in FLASK_COMMANDS) is is_flask
            ]
            with formatter.section(heading):
                formatter.write_dl(rows)


@click.group(
    cls=BlogGroup,
    create_app=create_command_app,
    add_default_commands=False,
    add_version_option=False,
    # Flask would take .env from a parent folder as well; env_file.py reads the one in the working folder.
    load_dotenv=False,
    set_debug_flag=False,
)
@click.version_option(package_name="headless-blog", prog_name="blog")
def cli() -> None:
    """Run and manage a blog. Settings are read from the environment and from .env."""


for command in (
    LazyCommand("backup", "blog.cli.backup:backup_command", "Back up the blog while it runs."),
    LazyCommand("comments", "blog.cli.comments:comments_group", "Maintain the comments."),
    LazyCommand("doctor", "blog.cli.doctor:doctor_command", "Check the blog, and say how to fix what is wrong."),
    LazyCommand("mail", "blog.cli.mail:mail_command", "List mail that waits or has failed."),
    LazyCommand("media", "blog.cli.content:media_group", "Maintain the images of articles."),
    LazyCommand("moderator", "blog.cli.moderators:moderator_group", "Add, list and disable moderators."),
    LazyCommand("preview", "blog.cli.content:preview_command", "Print preview links to drafts and scheduled articles."),
    LazyCommand("restore", "blog.cli.backup:restore_command", "Restore the backup in FILE; the blog must be stopped."),
    LazyCommand("serve", "blog.cli.serve:serve_command", "Serve the blog until Ctrl-C."),
    LazyCommand("source", "blog.cli.content:source_group", "Check the source of content."),
    LazyCommand("sync", "blog.cli.content:sync_command", "Pull content from the source once and print the report."),
    LazyCommand("theme", "blog.cli.theme:theme_group", "Create a theme of your own."),
    LazyCommand("worker", "blog.cli.worker:worker_command", "Sync, purge and send mail until Ctrl-C."),
    DATABASE_COMMAND,
    LazyCommand("routes", "flask.cli:routes_command", "Show the routes for the app."),
    LazyCommand("shell", "flask.cli:shell_command", "Run a shell in the app context."),
):
    cli.add_command(command)
