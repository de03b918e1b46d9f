"""The SQLite file: makes it private, opens it read-only if needed, and detects that it was deleted or replaced."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from shutil import disk_usage
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

MIN_FREE_BYTES = 1_000_000
READ_ONLY = "is_read_only"
"""Marks a read-only connection in its pool record."""
UNWRITABLE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
"""Error codes of SQLite if it cannot create the files that it needs next to the database."""

_opened_files: dict[str, tuple[int, int]] = {}
"""Device and inode of each SQLite file when this process first opened it."""


def lost_file(engine: Engine | Connection) -> str | None:
    """Return what happened to the SQLite file since it was opened, or ``None`` if it is still the same file."""
    # SQLAlchemy makes the path absolute in the same way before it connects; _connect() notes that one.
    path = os.path.abspath(engine.engine.url.database or "")  # noqa: PTH100 - called for every commit
    opened = _opened_files.get(path)
    if engine.dialect.name != "sqlite" or opened is None:
        return None
    identity = _identity(path)
    if identity == opened:
        return None
    return "deleted" if identity is None else "replaced"


def refuse_lost_file(engine: Engine | Connection) -> None:
    """Raise if a commit would be lost because the SQLite file is no longer the one that was opened.

    :raises OperationalError: the file was deleted or replaced; the open connection would write to the old one.
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


def _make_private(path: str) -> None:
    """Create a new SQLite file that only its owner can read. SQLite gives its ``-wal`` and ``-shm`` the same mode."""
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def is_writable(engine: Engine) -> bool:
    """Whether the database can be opened for writing and the disk has enough free space."""
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
    """Open the file read-only and without its write-ahead log; ``None`` if the log has writes that would be missed."""
    log = Path(f"{path}-wal")
    if log.exists() and log.stat().st_size:
        return None
    # With immutable=1 SQLite creates no files, but also ignores the write-ahead log: https://www.sqlite.org/uri.html.
    uri = f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _is_unwritable(connection: sqlite3.Connection) -> bool:
    """Whether SQLite cannot create its files next to an existing database, as on a full or read-only disk."""
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        # For a new database, SQLite creates its two other files only at the first read.
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF in UNWRITABLE
    except sqlite3.Error:
        return False
    return False


@event.listens_for(Engine, "do_connect")
def _connect(
    dialect: Dialect, record: ConnectionPoolEntry, args: list[Any], options: dict[str, Any]
) -> sqlite3.Connection | None:
    """Note which file is opened, and open an unwritable one read-only. ``None`` lets SQLAlchemy open it as usual."""
    path = str(args[0]) if dialect.name == "sqlite" and args else ""
    if not path or path.startswith((":", "file:")):
        return None
    _make_private(path)
    identity = _identity(path)
    if identity is None:
        return None
    # The first file counts: a later connection to another one does not make that the right one.
    _opened_files.setdefault(path, identity)
    connection: sqlite3.Connection = dialect.connect(*args, **options)  # type: ignore[assignment]
    if not _is_unwritable(connection):
        return connection
    connection.close()
    read_only = _read_only(path)
    if read_only is not None:
        record.info[READ_ONLY] = True
    return read_only


@event.listens_for(Engine, "checkin")
def _try_again(_: object, record: ConnectionPoolEntry) -> None:
    """Discard a read-only connection after one use, because the disk may be writable again."""
    if record.info.pop(READ_ONLY, False):
        record.invalidate()
