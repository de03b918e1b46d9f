"""The lock that lets only one sync run at a time."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import text

from blog.config import settings
from blog.errors import OperatorError
from blog.extensions import db
from blog.instance import InstanceUnwritable

KEY = 0x626C6F67
"""The number of PostgreSQL's advisory lock ("blog" in ASCII). No other program may use it in this database."""
SECONDS = 60
POLL_SECONDS = 0.1


class SyncRunning(OperatorError):
    """Another sync did not finish in time."""


@contextmanager
def sync_lock(seconds: float = SECONDS) -> Iterator[None]:
    """Wait until no other sync of this database runs on this machine (SQLite) or on any machine (PostgreSQL).

    The lock is released when its process ends, even by a crash.

    :raises SyncRunning: another sync runs for longer than ``seconds``.
    :raises InstanceUnwritable: the file of the lock cannot be written (SQLite).
    """
    with _postgresql() if db.engine.dialect.name == "postgresql" else _file() as is_free:
        deadline = time.monotonic() + seconds
        while not is_free():
            if time.monotonic() > deadline:
                raise SyncRunning("Another sync of this blog is running. Try again when it has finished.")
            time.sleep(POLL_SECONDS)
        yield


@contextmanager
def _postgresql() -> Iterator[Callable[[], bool]]:
    # https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    # The lock belongs to a connection, so it has one of its own: the session returns its connection at each commit.
    # AUTOCOMMIT leaves no transaction open during the sync, which a server may be configured to end.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_held = False

        def is_free() -> bool:
            nonlocal is_held
            # Not pg_advisory_lock(), which would wait without an end.
            is_held = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY}))
            return is_held

        try:
            yield is_free
        finally:
            # Needed, because close() only returns the connection to the pool, which would keep the lock.
            if is_held:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": KEY})


@contextmanager
def _file() -> Iterator[Callable[[], bool]]:
    path = settings.instance / "sync.lock"
    try:
        opened = path.open("w")
    except OSError as error:
        raise InstanceUnwritable(
            f"{path} cannot be written ({error.strerror}). Make the instance folder writable for this user."
        ) from error
    # The file is never deleted: two processes could then lock two files of the same name.
    with opened as file:

        def is_free() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield is_free
