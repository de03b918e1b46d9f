"""The database: the declarative base, aware times, and SQLite settings that keep every acknowledged write.

SQLite's pragmas are those of https://www.sqlite.org/pragma.html; taking the transaction out of the driver's hands
follows SQLAlchemy's page on the pysqlite dialect, “Serializable isolation / Savepoints / Transactional DDL”.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 5_000
BEGIN = "begin"
"""The execution option that carries the word with which SQLite begins a transaction."""

CONNECT_SECONDS = 3
"""How long PostgreSQL may take to accept a connection."""
POOL_SECONDS = 5
"""How long a thread waits for a connection that another one uses."""
STATEMENT_SECONDS = 600.0
"""How long PostgreSQL may take for one statement of a command or of the worker."""
REQUEST_STATEMENT_SECONDS = 5.0
"""The same for a process that answers requests."""
GRACE_SECONDS = 1.0
"""PostgreSQL ends a statement itself at its deadline; where it hangs, this process gives up so much later."""

_writers = threading.Lock()
_opened_files: dict[str, tuple[int, int]] = {}
"""Device and inode of each SQLite file when this process first opened it."""


class Base(DeclarativeBase):
    """What all models share: names for constraints, so that migrations can name them on both databases."""

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
    """An aware time, kept in UTC on every database. A naive one is refused."""

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
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


@contextmanager
def write_transaction(session: Session) -> Iterator[Session]:
    """One transaction that means to write: committed at the end, rolled back on any error.

    SQLite takes its write lock at the start (``BEGIN IMMEDIATE``), so that a writer waits its turn up to the busy
    timeout. A transaction that began by reading could not wait: it would fail as soon as another had written.
    """
    session.commit()
    with _turn(session):
        session.connection(execution_options={BEGIN: "BEGIN IMMEDIATE"})
        try:
            yield session
            session.flush()
            refuse_lost_file(session.get_bind())
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def _turn(session: Session) -> Iterator[None]:
    """Wait behind the other writers of this process: SQLite would sleep ever longer and try again, in no order."""
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    is_ours = _writers.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        yield
    finally:
        if is_ours:
            _writers.release()


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that gives up when the server does not answer. Without this, a server that hangs holds a thread."""

    seconds = STATEMENT_SECONDS + GRACE_SECONDS

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ANN401
        """Wait for the server, as psycopg does for every statement, commit and rollback."""
        try:
            return super().wait(gen, interval, self.seconds if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # The answer may still come, and nobody would know to which question.
                self.close()
                raise psycopg.OperationalError(f"no answer within {self.seconds:g} s") from error
            raise


def bound_statements(engine: Engine, seconds: float = REQUEST_STATEMENT_SECONDS) -> None:
    """Give each statement of ``engine``'s future connections to PostgreSQL at most ``seconds``."""

    @event.listens_for(engine, "connect")
    def bound(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
        if isinstance(connection, BoundedConnection):
            connection.seconds = seconds + GRACE_SECONDS
            _set_statement_timeout(connection, seconds)


def engine_options(url: str) -> dict[str, Any]:
    """What SQLAlchemy needs to know to open ``url``."""
    if url.startswith("postgresql"):
        return {"pool_pre_ping": True, "pool_timeout": POOL_SECONDS}
    return {"pool_timeout": POOL_SECONDS}


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


def _set_statement_timeout(connection: psycopg.Connection[Any], seconds: float) -> None:
    connection.execute(f"SET statement_timeout = {int(seconds * 1000)}")
    connection.commit()


def _make_private(dialect: Dialect, args: list[Any]) -> None:
    """Make a new SQLite file readable by its owner alone; SQLite gives those beside it the same mode."""
    if dialect.name == "sqlite" and args and args[0] and not str(args[0]).startswith((":", "file:")):
        with suppress(OSError):
            os.close(os.open(args[0], os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


@event.listens_for(Engine, "do_connect")
def _connect_bounded(dialect: Dialect, _: object, args: list[Any], options: dict[str, Any]) -> Any:  # noqa: ANN401
    if dialect.driver != "psycopg":
        _make_private(dialect, args)
        return None
    options.setdefault("connect_timeout", CONNECT_SECONDS)
    connection = BoundedConnection.connect(*args, **options)
    _set_statement_timeout(connection, STATEMENT_SECONDS)
    return connection


@event.listens_for(Engine, "connect")
def _note_sqlite_file(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
    if isinstance(connection, sqlite3.Connection):
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        identity = _identity(path) if path else None
        if identity is not None:
            _opened_files.setdefault(path, identity)


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001 - any driver's connection
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
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
