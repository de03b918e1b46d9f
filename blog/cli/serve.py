"""``blog serve``: prepares the blog, then runs the server."""

import errno
import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context, get_start_method, set_start_method
from multiprocessing.process import BaseProcess

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from sqlalchemy.exc import DBAPIError, OperationalError

from blog import create_app
from blog.cli.progress import Progress
from blog.cli.worker import run
from blog.config import settings
from blog.errors import OperatorError
from blog.extensions import db
from blog.instance import hold_running_lock
from blog.moderation import accounts
from blog.paths import MIGRATIONS
from blog.processes import allow_connections, block_sigint, exit_with_parent
from blog.server import gateway
from blog.server.gateway import Gateway
from blog.sources.base import SOURCE_FAILURES, RemoteSource
from blog.sources.registry import configured_source
from blog.sqlite_file import is_writable
from blog.sync import ReplacementRefused, WithdrawalsRefused, sync
from blog.sync.crashes import forget_marks_on_sigterm
from blog.sync.state import source_state

HEADER_SECONDS = 15.0
"""How long a client may take to send the head of a request, and how long a connection may be idle between two."""
MAX_CONNECTIONS = 16_384
"""How many connections each process holds; more wait until one of them closes."""
BACKLOG = 4_096

WORKER_POLL_SECONDS = 0.5
WORKER_PAUSE_SECONDS = 2
READ_ONLY_HINT = (
    "Articles are served, and nothing is accepted. Free space on the disk or make it writable; blog doctor says more."
)
STOP_SECONDS = 10
"""How long a worker may take to finish what it is answering when the server stops."""


class PortTaken(OperatorError):
    """The server cannot listen on this host and port."""


class DatabaseUnusable(OperatorError):
    """The database cannot be opened or migrated."""


def serve(host: str, port: int, workers: int) -> None:
    """Migrate, sync, make the first moderator, and serve until the process is told to stop.

    :raises OperatorError: the port, the database or the source cannot be used.
    """
    os.umask(0o077)  # what the blog writes is for its own user
    check_port(host, port)
    hold_running_lock(settings.instance)
    forget_marks_on_sigterm()
    migrate()
    try:
        _sync_at_start()
        _greet_first_moderator(host, port)
        refusal = "" if is_writable(db.engine) else "its disk is full or read-only"
    except (OperationalError, OSError) as error:
        db.session.rollback()
        refusal = _reason(error)
    if refusal:
        click.echo(f"The database cannot be written to ({refusal}). {READ_ONLY_HINT}", err=True)
    db.session.remove()
    db.engine.dispose()
    click.echo(f"Serving {settings.title} on http://{_in_url(host)}:{port} – stop with Ctrl-C.")
    # A copy of this process is there at once, and shares with it the memory that neither writes to.
    set_start_method("fork" if sys.platform == "linux" else "spawn")
    gc.collect()
    gc.freeze()
    with background_worker():
        _serve_pages(host, port, workers)


@contextmanager
def background_worker() -> Iterator[None]:
    """Run the worker in a process of its own until the block ends; should it end before, it is started again."""
    is_over = threading.Event()
    process = _start_worker(get_start_method())
    watcher = threading.Thread(target=_keep_working, args=(process, is_over), name="worker-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


def _keep_working(process: BaseProcess, is_over: threading.Event) -> None:
    while True:
        while process.is_alive() and not is_over.wait(WORKER_POLL_SECONDS):
            pass
        process.terminate()
        process.join(STOP_SECONDS)
        process.kill()
        if is_over.wait(WORKER_PAUSE_SECONDS):
            return
        click.echo(f"The background worker ended (status {process.exitcode}) and is started again.", err=True)
        # This thread is not the only one, and so not the one to make a copy of the process.
        process = _start_worker("spawn")


def _start_worker(method: str) -> BaseProcess:
    process: BaseProcess = get_context(method).Process(target=run, name="worker")  # type: ignore[attr-defined]
    with block_sigint(is_spawned=method == "spawn"):
        process.start()
    return process


def _serve_pages(host: str, port: int, workers: int) -> None:
    Granian(
        "blog.cli.serve:worker",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=int(HEADER_SECONDS * 1000)),
        websockets=False,
        backpressure=MAX_CONNECTIONS,
        backlog=BACKLOG,
        workers=workers,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    ).serve()


def worker() -> Gateway:
    """The application, in a worker process.

    Ctrl-C reaches all processes of a terminal, and then the server tells its workers as well. A worker that is told
    twice at the wrong moment never ends; so it leaves Ctrl-C to the server.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    exit_with_parent(STOP_SECONDS)
    allow_connections(MAX_CONNECTIONS)
    app = create_app()
    # All that is there now stays. To look through it for garbage would hold up a request for a tenth of a second.
    gc.collect()
    gc.freeze()
    return gateway(app, app.config["BLOG"])


def check_port(host: str, port: int) -> None:
    """See whether ``port`` is free before anything else is done.

    :raises PortTaken: it is not, or may not be used.
    """
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(address[0], address[1]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address[4])
    except OSError as error:
        hint = "Stop the other program, or choose another with --port."
        if error.errno != errno.EADDRINUSE:
            hint = "Choose another with --host and --port."
        raise PortTaken(f"Cannot listen on {_in_url(host)}:{port} ({error.strerror}). {hint}") from error


def migrate() -> None:
    """Bring the database to the present schema.

    :raises DatabaseUnusable: it cannot be reached or changed.
    """
    try:
        if is_writable(db.engine):
            upgrade()
        else:
            _refuse_other_schema()
    except DBAPIError as error:
        url = db.engine.url.render_as_string()
        what = f"The database {url} cannot be used ({_reason(error)})."
        raise DatabaseUnusable(f"{what} Start the database, or set BLOG_DATABASE_URL to one that works.") from error


def _refuse_other_schema() -> None:
    """See that a database that cannot be written to needs no migration.

    :raises DatabaseUnusable: it does.
    """
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present != ScriptDirectory(str(MIGRATIONS)).get_current_head():
        what = f"The database {db.engine.url.database} must be migrated, but it cannot be written to."
        raise DatabaseUnusable(f"{what} Free space on its disk, or make it writable.")


def _reason(error: DBAPIError | OSError) -> str:
    return " ".join(str(error.orig if isinstance(error, DBAPIError) else error.strerror).split())


def _sync_at_start() -> None:
    """Pull the content. What the blog has already is served although a CMS is down, or has lost too much.

    A CMS that was listed before is left to the worker, which asks it at once.
    """
    with configured_source(settings) as source:
        is_remote = isinstance(source, RemoteSource)
        if is_remote and source_state(source.name).listed_at is not None:
            return
        try:
            with Progress(source) as progress:
                report = sync(source, on_progress=progress)
        except SOURCE_FAILURES as error:
            if not is_remote:
                raise
            click.echo(str(error), err=True)
        except (ReplacementRefused, WithdrawalsRefused) as refusal:
            click.echo(str(refusal), err=True)
        else:
            for line in report.lines():
                click.echo(line)


def _greet_first_moderator(host: str, port: int) -> None:
    first = accounts.ensure_first()
    if first is None:
        return
    name, password = first
    click.echo(
        f"The first moderator is “{name}” with the password {password}\n"
        f"It is shown this once. Sign in at http://{_in_url(host)}:{port}/moderation/ , "
        f"or change it with: blog moderator reset-password {name}"
    )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
