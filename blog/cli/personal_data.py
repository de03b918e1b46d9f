"""``blog comments export`` and ``erase``: the data stored for one mail address."""

import json
import sys

import click
from flask.cli import with_appcontext

from blog.cli.failures import INTERRUPTED
from blog.comments.personal_data import erase_all, exported
from blog.comments.search import delete_removed_words
from blog.sync.report import counted

email_option = click.option("--email", required=True, help="The mail address that the comments were sent with.")


@click.command("export")
@email_option
@with_appcontext
def export_command(email: str) -> None:
    """Print everything stored about the comments of one mail address, as a JSON list."""
    comments = list(exported(email))
    json.dump(comments, sys.stdout, ensure_ascii=False, indent=2)
    click.echo()
    if not comments:
        click.echo(f"No comment was sent with {email}.", err=True)


@click.command("erase")
@email_option
@click.option("--confirm", is_flag=True, help="Erase them. Without it, only list what would be erased.")
@with_appcontext
def erase_command(email: str, confirm: bool) -> None:
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
