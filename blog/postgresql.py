"""PostgreSQL's connections: each waits for the server only so long."""

from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Dialect, Engine, event

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


def _set_statement_timeout(connection: psycopg.Connection[Any], seconds: float) -> None:
    connection.execute(f"SET statement_timeout = {int(seconds * 1000)}")
    connection.commit()


@event.listens_for(Engine, "do_connect")
def _connect_bounded(dialect: Dialect, _: object, args: list[Any], options: dict[str, Any]) -> Any:  # noqa: ANN401
    if dialect.driver != "psycopg":
        return None
    options.setdefault("connect_timeout", CONNECT_SECONDS)
    connection = BoundedConnection.connect(*args, **options)
    _set_statement_timeout(connection, STATEMENT_SECONDS)
    return connection
