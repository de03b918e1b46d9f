"""Runs migrations over the engine that Flask-SQLAlchemy made.

On SQLite a migration takes the write lock at its start, so that two servers that start at the same time migrate one
after the other; on PostgreSQL an advisory lock does the same.

SQLite changes a column by creating the table again. While the old table is dropped, rows that refer to it would be
violations, so foreign keys are checked once at the end (https://www.sqlite.org/lang_altertable.html, section 7).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Engine, MetaData, text

from blog.database import BEGIN

ADVISORY_LOCK = 0x626C6F67
"""Any number that no other program uses on this database."""
SEARCH_INDEXES = ("search_entry", "comment_search", "ix_comment_words")
"""Beginnings of the names of tables and indexes that no model describes."""


@contextmanager
def foreign_keys_checked_at_the_end(connection: Connection) -> Iterator[None]:
    """SQLite can switch the checks off and on only outside a transaction, so this goes around the whole migration."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")


def refuse_dangling_rows(connection: Connection) -> None:
    """
    :raises RuntimeError: a row refers to one that is not there; the migration is rolled back.
    """
    if connection.dialect.name == "sqlite":
        dangling = connection.execute(text("PRAGMA foreign_key_check")).all()
        if dangling:
            raise RuntimeError(f"The migration would leave rows without the rows that they refer to: {dangling[:5]}")


def run() -> None:
    database = current_app.extensions["migrate"].db
    engine: Engine = database.engine
    metadata: MetaData = database.metadata
    applied: list[object] = []
    with (
        engine.connect().execution_options(**{BEGIN: "BEGIN IMMEDIATE"}) as connection,
        foreign_keys_checked_at_the_end(connection),
    ):
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            compare_type=True,
            include_name=lambda name, _kind, _parents: not str(name).startswith(SEARCH_INDEXES),
            transactional_ddl=True,
            on_version_apply=lambda **step: applied.append(step),
        )
        with context.begin_transaction():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            context.run_migrations()
            if applied:
                refuse_dangling_rows(connection)


run()
