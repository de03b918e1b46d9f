"""Connections to PostgreSQL that stay open from test to test.

A new connection is expensive: the server starts a process for it, which has to read the definition of every table anew.
"""

import os
from collections.abc import Callable
from itertools import count
from threading import Lock
from typing import Any, Self, cast

import psycopg
from psycopg.pq import TransactionStatus

from blog import postgresql_connection
from blog.postgresql_connection import STATEMENT_SECONDS, BoundedConnection

MAX_KEPT = 5

_kept: list["KeptConnection"] = []
_inherited: list["KeptConnection"] = []
"""The connections of the process that forked this one, which neither uses nor closes them."""
_resets = count()
_lock = Lock()


class KeptConnection(BoundedConnection):
    """A connection that stays open when it is closed, so that the next one to the same database can be it."""

    @classmethod
    def opened(cls, *args: Any, **options: Any) -> Self:  # noqa: ANN401 - as psycopg takes them
        """Return a kept connection without what was set on it, or a new one."""
        while kept := _take(options):
            if kept._is_reset():
                return cast("Self", kept)
            BoundedConnection.close(kept)
        connection = super().opened(*args, **options)
        connection._database = _texts(options)
        return connection

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as psycopg takes them
        super().__init__(*args, **options)
        self._database: dict[str, str] = {}
        self._callbacks: list[Callable[[psycopg.errors.Diagnostic], None]] = []

    def add_notice_handler(self, callback: Callable[[psycopg.errors.Diagnostic], None]) -> None:
        """Note the handler, to remove it when the connection is used again."""
        self._callbacks.append(callback)
        super().add_notice_handler(callback)

    def close(self) -> None:
        """Keep the connection, unless it is in a transaction or broken, or enough are kept."""
        with _lock:
            if self in _kept:
                return
            if self.pgconn.transaction_status == TransactionStatus.IDLE and len(_kept) < MAX_KEPT:
                _kept.append(self)
                return
        super().close()

    def _is_reset(self) -> bool:
        while self._callbacks:
            self.remove_notice_handler(self._callbacks.pop())
        try:
            self.autocommit = True
            # psycopg forgets its prepared statements only if it has not executed the same text before.
            self.execute(f"DISCARD ALL -- {next(_resets)}")
            self.limit_statements(STATEMENT_SECONDS)
            self.autocommit = False
        except psycopg.OperationalError:  # the server has ended it
            return False
        return True


def keep_connections() -> None:
    """Keep the connections of all blogs in this process."""
    postgresql_connection.BoundedConnection = KeptConnection  # type: ignore[misc]


def kept_processes() -> list[int]:
    """The server's processes of the connections that are kept."""
    return [connection.info.backend_pid for connection in _kept]


def close_kept_connections() -> None:
    """Close them all, for a test of who is connected and before a database is copied."""
    while _kept:
        BoundedConnection.close(_kept.pop())


def _take(options: dict[str, Any]) -> KeptConnection | None:
    with _lock:
        for kept in reversed(_kept):
            if kept._database == _texts(options):
                _kept.remove(kept)
                return kept
    return None


def _texts(options: dict[str, Any]) -> dict[str, str]:
    """Which database it is, without the objects that each engine has for itself."""
    return {name: value for name, value in options.items() if isinstance(value, str)}


def _leave_to_parent() -> None:
    _inherited.extend(_kept)
    _kept.clear()


os.register_at_fork(after_in_child=_leave_to_parent)
