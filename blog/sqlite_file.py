"""SQLite's file: private to its owner, read where it cannot be written, and missed when it is taken away."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from shutil import disk_usage
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

MIN_FREE_BYTES = 1_000_000
READ_ONLY = "is_read_only"
"""The mark of a connection that cannot write."""
UNWRITABLE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
"""What SQLite answers when it cannot make the files that it needs beside the database."""

_opened_files: dict[str, tuple[int, int]] = {}
"""Device and inode of each SQLite file when this process first opened it."""


def lost_file(engine: Engine | Connection) -> str | None:
    """What happened to the SQLite file since it was opened; ``None`` while it is where it was."""
    path = engine.engine.url.database or ""
    opened = _opened_files.get(path)
    if engine.dialect.name != "sqlite" or opened is None:
        return None
    identity = _identity(path)
    if identity == opened:
        return None
    return "deleted" if identity is None else "replaced"


def refuse_lost_file(engine: Engine | Connection) -> None:
    """See that what is about to be committed will be found again.

    :raises OperationalError: the file was deleted or replaced; the open connection writes to one that nobody sees.
    """
    fate = lost_file(engine)
    if fate is not None:
        what = f"the file {engine.engine.url.database} was {fate} while the blog runs; restart the blog"
        raise OperationalError("COMMIT", {}, OSError(what))


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - called for every commit
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _make_private(dialect: Dialect, args: list[Any]) -> None:
    """Make a new SQLite file readable by its owner alone; SQLite gives those beside it the same mode."""
    if dialect.name == "sqlite" and args and args[0] and not str(args[0]).startswith((":", "file:")):
        with suppress(OSError):
            os.close(os.open(args[0], os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def is_writable(engine: Engine) -> bool:
    """Whether the database could be opened for writing, and its disk has room for a write."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return True
    try:
        if disk_usage(Path(engine.url.database).parent).free < MIN_FREE_BYTES:
            return False
        with engine.connect() as connection:
            return READ_ONLY not in connection.info
    except (OperationalError, OSError):
        return False


def _read_only(path: str) -> sqlite3.Connection | None:
    """A connection that reads the file alone; ``None`` where a log beside it has writes that it would miss."""
    log = Path(f"{path}-wal")
    if log.exists() and log.stat().st_size:
        return None
    uri = f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _is_unwritable(path: str) -> bool:
    """Whether SQLite cannot make what it needs beside an existing database: the disk is full or read-only."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF in UNWRITABLE
    except sqlite3.Error:
        return False
    return False


@event.listens_for(Engine, "do_connect")
def _connect(dialect: Dialect, record: ConnectionPoolEntry, args: list[Any], _: dict[str, Any]) -> Any:  # noqa: ANN401
    """Open what can only be read for reading; leave all others to SQLAlchemy."""
    path = str(args[0]) if dialect.name == "sqlite" and args else ""
    if not path or path.startswith((":", "file:")):
        return None
    _make_private(dialect, args)
    if not Path(path).exists() or not _is_unwritable(path):
        return None
    connection = _read_only(path)
    if connection is not None:
        record.info[READ_ONLY] = True
    return connection


@event.listens_for(Engine, "checkin")
def _try_again(_: object, record: ConnectionPoolEntry) -> None:
    """Use a connection that only reads for one request: the next may find the disk writable again."""
    if record.info.pop(READ_ONLY, False):
        record.invalidate()


@event.listens_for(Engine, "connect")
def _note_sqlite_file(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
    if isinstance(connection, sqlite3.Connection):
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        identity = _identity(path) if path else None
        if identity is not None:
            _opened_files.setdefault(path, identity)
