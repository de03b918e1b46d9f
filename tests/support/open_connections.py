"""Finds the SQLite connections that a test leaves open.

From Python 3.13 on, the garbage collector warns of each, but in whichever test runs when it finds one.
"""

import sqlite3
from typing import Any

from sqlalchemy import Engine, event

_opened: list[sqlite3.Connection] = []


@event.listens_for(Engine, "connect")
def _note(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
    if isinstance(connection, sqlite3.Connection):
        _opened.append(connection)


def left_open() -> list[str]:
    """The database files of all connections that are open and were opened since the last call."""
    opened = _opened.copy()
    _opened.clear()
    return [_file(connection) for connection in opened if _is_open(connection)]


def _is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.cursor()
    except sqlite3.ProgrammingError:
        return False
    return True


def _file(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA database_list").fetchone()[2])
