"""``blog serve``: prepares the blog, then runs the server, and the worker in a separate process."""

import gc
import logging
import os
from multiprocessing import set_start_method

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from blog.cli.http_server import check_port, in_url, serve_pages
from blog.cli.migration import migrate
from blog.cli.worker_process import background_worker
from blog.config import settings
from blog.content.drafts import Draft
from blog.content.models import Article
from blog.database_errors import reason
from blog.extensions import db
from blog.moderation import accounts
from blog.processes import START_METHOD
from blog.running_lock import hold_running_lock
from blog.sources.registry import configured_source, source_folder, source_name
from blog.sqlite_file import is_writable
from blog.sync.state import note_start, source_state

READ_ONLY_HINT = (
    "Articles are served, but nothing can be stored. Free space on the disk or make it writable; details: blog doctor"
)

log = logging.getLogger(__name__)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="How many processes to run.")
@with_appcontext
def serve_command(host: str, port: int, workers: int) -> None:
    """Serve the blog until Ctrl-C. Before that, migrate, sync, and create the first moderator."""
    os.umask(0o077)  # only the blog's user may read the files that it writes
    check_port(host, port)
    # Before the first write: a restore must not replace the database meanwhile.
    hold_running_lock(settings.instance)
    migrate()
    _check_folder()
    _prepare_database(host, port)
    click.echo(f"Serving {settings.title} on http://{in_url(host)}:{port} – stop with Ctrl-C.")
    # Granian starts its processes by the default method.
    set_start_method(START_METHOD)
    # Before the forks: a collection would write to all objects, and each process would get its own copy of the memory.
    gc.collect()
    gc.freeze()
    with background_worker():
        serve_pages(host, port, workers)
    _report_unfinished_sync()


def _check_folder() -> None:
    """Check that a source folder can be read. A CMS is not checked, because the blog can serve its content without it.

    :raises SourceUnavailable: the folder cannot be read.
    """
    if source_folder(settings) is not None:
        with configured_source(settings):
            pass


def _prepare_database(host: str, port: int) -> None:
    """Write what the first page needs, and close all connections, because the worker's fork must not share them."""
    try:
        _announce_sync()
        _greet_first_moderator(host, port)
        refusal = "" if is_writable(db.engine) else "its disk is full or read-only"
    except (OperationalError, OSError) as error:
        db.session.rollback()
        refusal = reason(error) if isinstance(error, OperationalError) else str(error.strerror)
    if refusal:
        log.warning("The database cannot be written to (%s). %s", refusal, READ_ONLY_HINT)
    db.session.remove()
    db.engine.dispose()


def _announce_sync() -> None:
    """Note the start of the sync if it lists everything, so that the first page can announce the articles."""
    name = source_name(settings)
    if source_folder(settings) is not None or source_state(name).listed_at is None:
        note_start(name)


def _report_unfinished_sync() -> None:
    """Report how far a first sync came, if it was stopped before its end."""
    name = source_name(settings)
    try:
        state = source_state(name)
        if not state.is_first_sync:
            return
        count = sum(_count(model, name) for model in (Article, Draft))
    except SQLAlchemyError:
        return
    total = f" of {state.read_total}" if state.read_total is not None else ""
    click.echo(f"Stopped during the first sync: {count}{total} articles are stored. The next start continues.")


def _count(model: type[Article | Draft], name: str) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(model.source == name)) or 0


def _greet_first_moderator(host: str, port: int) -> None:
    first = accounts.ensure_first()
    if first is None:
        return
    name, password = first
    click.echo(
        f"The first moderator is “{name}” with the password {password}\n"
        f"It is shown only once. Sign in at http://{in_url(host)}:{port}/moderation/ , "
        f"or change it with: blog moderator reset-password {name}"
    )
