"""The group of all subcommands, and how ``--help`` lists them."""

import click
from flask.cli import AppGroup, FlaskGroup

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
