"""Collects the statements that a piece of code sends to the database, and explains them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from blog.extensions import db


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect every statement sent over ``engine``, except those that begin and end transactions."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plan(statement: str, value: object = 1) -> list[str]:
    """The steps in which SQLite carries out ``statement`` with ``value`` for all its parameters."""
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (value,) * statement.count("?"))
        return [row[3] for row in rows]
