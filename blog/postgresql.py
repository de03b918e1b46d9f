"""PostgreSQL connections with time limits."""

from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Dialect, Engine, event

CONNECT_SECONDS = 3
"""How long PostgreSQL may take to accept a connection."""
POOL_SECONDS = 5
"""How long a thread waits for a free connection of the pool."""
STATEMENT_SECONDS = 600.0
"""The time limit for one statement of a command or of the worker."""
REQUEST_STATEMENT_SECONDS = 5.0
"""The time limit for one statement of a process that answers requests."""
GRACE_SECONDS = 1.0
"""PostgreSQL cancels a statement at the limit. If the server hangs, this process gives up this much later."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that gives up if the server does not answer, so that a hanging server does not block a thread."""

    seconds = STATEMENT_SECONDS + GRACE_SECONDS

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ANN401
        """Wait for the server with a time limit. Psycopg calls this for every statement, commit and rollback."""
        try:
            return super().wait(gen, interval, self.seconds if timeout is None else timeout)
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                # The answer may still arrive, and would be taken for the answer to the next statement.
                self.close()
                raise psycopg.OperationalError(f"no answer within {self.seconds:g} s") from error
            raise


def bound_statements(engine: Engine, seconds: float = REQUEST_STATEMENT_SECONDS) -> None:
    """Limit each statement on future PostgreSQL connections of ``engine`` to ``seconds``."""

    @event.listens_for(engine, "connect")
    def bound(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
        if isinstance(connection, BoundedConnection):
            connection.seconds = seconds + GRACE_SECONDS
            _set_statement_timeout(connection, seconds)


def engine_options(url: str) -> dict[str, Any]:
    """Return SQLAlchemy's engine options for the database ``url``."""
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
