"""``blog comments``: the data stored for one mail address, the stored counts, and the HTML of the texts."""

import json
import sys

import click
from flask.cli import AppGroup

from blog.cli.failures import INTERRUPTED
from blog.comments import rerender as rerendering
from blog.comments.counts import repair, wrong_counts
from blog.comments.personal_data import erase_all, exported
from blog.comments.rerender import Rerendering
from blog.comments.search import delete_removed_words
from blog.database import write_transaction
from blog.extensions import db
from blog.sync.report import counted

LINE_EVERY = 1_000
"""If the output is not a terminal, progress is printed once for this many comments."""

email_option = click.option("--email", required=True, help="The mail address that the comments were sent with.")


@click.group("comments", cls=AppGroup)
def comments_group() -> None:
    """Maintain the comments."""


@comments_group.command("export")
@email_option
def export(email: str) -> None:
    """Print everything stored about the comments of one mail address, as a JSON list."""
    comments = list(exported(email))
    json.dump(comments, sys.stdout, ensure_ascii=False, indent=2)
    click.echo()
    if not comments:
        click.echo(f"No comment was sent with {email}.", err=True)


@comments_group.command("erase")
@email_option
@click.option("--confirm", is_flag=True, help="Erase them. Without it, only list what would be erased.")
def erase(email: str, confirm: bool) -> None:
    """Erase the comments of one mail address. Their places stay, so that threads can still be read."""
    comments = list(exported(email))
    for comment in comments:
        click.echo(f"{comment['id']}  {comment['submitted_at'][:10]}  {comment['status']:9}  {comment['article']}")
    if not comments:
        click.echo(f"No comment was sent with {email}.")
        if confirm:
            delete_removed_words()  # In case an earlier run was stopped before this.
        return
    if not confirm:
        click.echo(f"{counted(len(comments), 'comment')} would be erased. To erase them permanently, add --confirm.")
        return
    try:
        erased = erase_all(email)
        delete_removed_words()
    except KeyboardInterrupt:
        click.echo("Stopped. Erased comments stay erased; run the same command to continue.", err=True)
        sys.exit(INTERRUPTED)
    click.echo(f"{counted(erased, 'comment')} erased. Backups that were made before still have the texts.")


@comments_group.command("recount")
@click.option("--dry-run", is_flag=True, help="Only list wrong counts.")
def recount(dry_run: bool) -> None:
    """Count the comments of articles and threads again, and correct what is stored."""
    # First a check without the write lock, so that other writers do not wait.
    found = list(wrong_counts(db.session()))
    if found and not dry_run:
        with write_transaction(db.session()) as session:
            found = repair(session)
    for wrong in found:
        click.echo(f"{wrong.table} {wrong.row_id}: {wrong.stored} stored, {wrong.counted} counted")
    if not found:
        click.echo("All counts are right.")
    else:
        click.echo(f"{len(found)} wrong. {'Nothing was changed.' if dry_run else 'They are corrected.'}")


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
