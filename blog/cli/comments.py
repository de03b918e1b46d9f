"""The ``blog comments`` commands."""

import sys

import click
from flask.cli import AppGroup

from blog.cli.failures import INTERRUPTED
from blog.cli.personal_data import erase_command, export_command
from blog.cli.recount import recount_command
from blog.comments import rerender as rerendering
from blog.comments.rerender import Rerendering

LINE_EVERY = 1_000
"""If the output is not a terminal, progress is printed once for this many comments."""


@click.group("comments", cls=AppGroup)
def comments_group() -> None:
    """Maintain the comments."""


for command in (erase_command, export_command, recount_command):
    comments_group.add_command(command)


@comments_group.command("rerender")
def rerender() -> None:
    """Clean the texts of comments again, after an upgrade that changed the cleaning rules."""
    try:
        state = rerendering.rerender(_show_progress)
    except KeyboardInterrupt:
        _end_line()
        click.echo("Stopped. Finished texts are stored; run the same command to continue.", err=True)
        sys.exit(INTERRUPTED)
    _end_line()
    if not state.total:
        click.echo("All comments are already cleaned by the present rules.")
        return
    click.echo(f"{state.done} texts cleaned again; the HTML of {state.changed} has changed.")
    if state.plain:
        click.echo(f"{state.plain} of them are too complex for the present rules and are shown as plain text.")


def _show_progress(state: Rerendering) -> None:
    """Show progress: in place on a terminal, otherwise a line from time to time."""
    if sys.stderr.isatty():
        click.echo(f"\rCleaning comments … {state.done} of {state.total}\033[K", nl=False, err=True)
    elif state.done % LINE_EVERY == 0 or state.done >= state.total:
        click.echo(f"Cleaning comments … {state.done} of {state.total}", err=True)


def _end_line() -> None:
    if sys.stderr.isatty():
        click.echo(err=True)
