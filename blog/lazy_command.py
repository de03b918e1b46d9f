"""A subcommand whose module is imported when the command runs."""

from pkgutil import resolve_name
from typing import Any

import click

from blog.garbage_collection import collector_paused


class LazyCommand(click.Command):
    """A command of a group that is imported from ``path``, such as ``package.module:command``, when it is used.

    Each command needs few modules, and ``--help`` needs none of them: the name and the short help are enough for it.
    """

    def __init__(self, name: str, path: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help)
        self.path = path

    def load(self) -> click.Command:
        """Import the command."""
        with collector_paused():
            command: click.Command = resolve_name(self.path)
        return command

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - Click's own
    ) -> click.Context:
        """Make the context of the imported command, which Click then runs instead of this one."""
        return self.load().make_context(info_name, args, parent, **extra)


DATABASE_COMMAND = LazyCommand("db", "flask_migrate.cli:db", "Perform database migrations.")
"""Flask-Migrate's commands, in ``blog`` and in ``flask --app blog``."""
