"""``blog serve``: prepares the blog, then runs the server, while the worker beside it pulls the content."""

import gc
import os
import sys
from multiprocessing import set_start_method

import click
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from blog.cli.background import background_worker
from blog.cli.http_server import check_port, in_url, serve_pages
from blog.cli.migration import migrate, reason
from blog.config import settings
from blog.content.drafts import Draft
from blog.content.models import Article
from blog.extensions import db
from blog.instance import hold_running_lock
from blog.moderation import accounts
from blog.sources.registry import configured_source, source_folder, source_name
from blog.sqlite_file import is_writable
from blog.sync.state import note_start, source_state

READ_ONLY_HINT = (
    "Articles are served, and nothing is accepted. Free space on the disk or make it writable; blog doctor says more."
)


def serve(host: str, port: int, workers: int) -> None:
    """Migrate, make the first moderator, and serve until the process is told to stop; the worker pulls the content.

    :raises OperatorError: the port, the database or the source cannot be used.
    """
    os.umask(0o077)  # what the blog writes is for its own user
    check_port(host, port)
    hold_running_lock(settings.instance)
    migrate()
    _check_folder()
    _prepare_database(host, port)
    click.echo(f"Serving {settings.title} on http://{in_url(host)}:{port} – stop with Ctrl-C.")
    # A copy of this process is there at once, and shares with it the memory that neither writes to.
    set_start_method("fork" if sys.platform == "linux" else "spawn")
    gc.collect()
    gc.freeze()
    with background_worker():
        serve_pages(host, port, workers)
    _report_unfinished_sync()


def _check_folder() -> None:
    """See that a folder that is the source can be read; a CMS that is down keeps nobody from reading what is here.

    :raises SourceUnavailable: it cannot.
    """
    if source_folder(settings) is not None:
        with configured_source(settings):
            pass


def _prepare_database(host: str, port: int) -> None:
    """Write what has to be there before the first page is served, and leave no connection to the worker's copy."""
    try:
        _announce_sync()
        _greet_first_moderator(host, port)
        refusal = "" if is_writable(db.engine) else "its disk is full or read-only"
    except (OperationalError, OSError) as error:
        db.session.rollback()
        refusal = reason(error)
    if refusal:
        click.echo(f"The database cannot be written to ({refusal}). {READ_ONLY_HINT}", err=True)
    db.session.remove()
    db.engine.dispose()


def _announce_sync() -> None:
    """Let the first page say already that articles are on their way, where the worker is about to list everything."""
    name = source_name(settings)
    if source_folder(settings) is not None or source_state(name).listed_at is None:
        note_start(name)


def _report_unfinished_sync() -> None:
    """Say what a first sync has brought in, where it was stopped before its end."""
    name = source_name(settings)
    try:
        state = source_state(name)
        if not state.is_first_sync:
            return
        count = sum(_count(model, name) for model in (Article, Draft))
    except SQLAlchemyError:
        return
    total = f" of {state.read_total}" if state.read_total is not None else ""
    click.echo(f"Stopped during the first sync: {count}{total} articles are in. The next start goes on from there.")


def _count(model: type[Article | Draft], name: str) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(model.source == name)) or 0


def _greet_first_moderator(host: str, port: int) -> None:
    first = accounts.ensure_first()
    if first is None:
        return
    name, password = first
    click.echo(
        f"The first moderator is “{name}” with the password {password}\n"
        f"It is shown this once. Sign in at http://{in_url(host)}:{port}/moderation/ , "
        f"or change it with: blog moderator reset-password {name}"
    )
