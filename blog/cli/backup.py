"""``blog backup`` and ``blog restore``."""

import signal
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from blog.backup.create import backup
from blog.backup.restore import restore
from blog.config import settings


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def backup_command(file: Path) -> None:
    """Back up the blog while it runs. FILE gets the database, the images and the secret key."""
    _clean_up_on_sigterm()
    manifest = backup(settings, file, show_progress)
    _end_progress()
    click.echo(f"{file}: {manifest.database}, schema {manifest.schema}, {file.stat().st_size / 1e6:.1f} MB.")
    click.echo("It contains readers' addresses and the secret key: keep it where only you can read it.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@with_appcontext
def restore_command(file: Path) -> None:
    """Restore the backup in FILE; the blog must be stopped. The former data are kept in a folder."""
    _clean_up_on_sigterm()
    manifest, aside = restore(settings, file, show_progress)
    _end_progress()
    click.echo(f"Restored the backup of {manifest.created_at}. What was there before is in {aside}.")


def _clean_up_on_sigterm() -> None:
    """Let SIGTERM end the command as an exception does, so that no temporary files are left."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def show_progress(what: str, done: int, total: int) -> None:
    """Show the progress of a backup, if standard error is a terminal."""
    if sys.stderr.isatty():
        amount = f"{100 * done // total} %" if total else f"{done / 1e6:.1f} MB"
        click.echo(f"\r{what} … {amount}\033[K", nl=False, err=True)


def _end_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
