"""The database: the declarative base, aware times, write transactions, and SQLite settings for durable writes.

The pragmas are described at https://www.sqlite.org/pragma.html. Transactions are started here and not by the driver, as
SQLAlchemy's page on the pysqlite dialect says under “Serializable isolation / Savepoints / Transactional DDL”.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, DateTime, Dialect, Engine, MetaData, bindparam, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from blog.sqlite_file import refuse_lost_file

BUSY_TIMEOUT_MS = 5_000
BEGIN = "begin"
"""The execution option with the statement that begins a transaction on SQLite."""

_writers = threading.Lock()


class Base(DeclarativeBase):
    """The base of all models. Constraints get fixed names, so that migrations can refer to them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC on every database. Naive datetimes are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        # SQLite gives naive datetimes, PostgreSQL aware ones in the time zone of the connection.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_now() -> datetime:
    """Return the current time as an aware datetime in UTC."""
    return datetime.now(UTC)


def now_parameter() -> BindParameter[datetime]:
    """A parameter with the time at which the statement is executed, so that the statement can be reused."""
    return bindparam("now", callable_=utc_now, type_=UTCDateTime(), unique=True)


@contextmanager
def write_transaction(session: Session) -> Iterator[Session]:
    """Run the block in one write transaction: commit at the end, roll back on any error.

    On SQLite the write lock is taken at the start (``BEGIN IMMEDIATE``), which waits up to the busy timeout. If the
    transaction started by reading, its first write would fail at once when another connection has written since.
    """
    # Ends the transaction in which the caller has read so far: BEGIN IMMEDIATE must begin a new one.
    session.commit()
    with _writers_lock(session):
        session.connection(execution_options={BEGIN: "BEGIN IMMEDIATE"})
        try:
            yield session
            # All statements run before the check of the file, so that only the COMMIT is left after it.
            session.flush()
            refuse_lost_file(session.get_bind())
            session.commit()
        except BaseException:
            session.rollback()
            raise


def insert_into(session: Session, model: type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    """An ``INSERT`` for the session's database, with ``on_conflict_do_nothing()`` and ``on_conflict_do_update()``."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(model) if is_sqlite else postgresql.insert(model)


@contextmanager
def _writers_lock(session: Session) -> Iterator[None]:
    """Let the writers of this process take turns on SQLite, whose own waiting sleeps and retries without an order."""
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    # Without its turn a writer goes on all the same: then SQLite waits, and raises the error that callers expect.
    is_ours = _writers.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        yield
    finally:
        if is_ours:
            _writers.release()


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001 - any driver's connection
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    # With synchronous=NORMAL, a power cut in WAL mode may lose the last commits, although their senders already have an
    # answer. SQLite does not store foreign_keys in the file, so each connection sets it.
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))
