"""``blog comments recount``: checks the stored comment counts against the comments."""

import click
from flask.cli import with_appcontext

from blog.comments.counts import repair, wrong_counts
from blog.database import write_transaction
from blog.extensions import db


@click.command("recount")
@click.option("--dry-run", is_flag=True, help="Only list wrong counts.")
@with_appcontext
def recount_command(dry_run: bool) -> None:
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
