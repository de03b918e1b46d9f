"""A psycopg connection with time limits. It is imported at the first connection, because psycopg slows every start."""

from typing import Any, Self

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

from blog.blocking_calls import within

CONNECT_SECONDS = 3
"""How long PostgreSQL may take to accept a connection."""
OPEN_SECONDS = 10.0
"""How long it may take to open a connection, with the lookup of the server's name, which has no other time limit."""
STATEMENT_SECONDS = 600.0
"""The time limit for one statement of a command or of the worker."""
GRACE_SECONDS = 1.0
"""PostgreSQL cancels a statement at the limit. If the server hangs, this process gives up this much later."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that gives up if the server does not answer, so that a hanging server does not block a thread."""

    seconds = STATEMENT_SECONDS + GRACE_SECONDS

    @classmethod
    def opened(cls, *args: Any, **options: Any) -> Self:  # noqa: ANN401 - what SQLAlchemy gives to psycopg
        """Connect, with the time limits of a command."""
        options.setdefault("connect_timeout", CONNECT_SECONDS)
        try:
            connection = within(OPEN_SECONDS, lambda: cls.connect(*args, **options))
        except TimeoutError as error:
            what = f"no connection within {OPEN_SECONDS:g} s; check that this machine's DNS server answers"
            raise psycopg.OperationalError(what) from error
        connection.limit_statements(STATEMENT_SECONDS)
        return connection

    def limit_statements(self, seconds: float) -> None:
        """Limit each statement to ``seconds`` from now on."""
        self.seconds = seconds + GRACE_SECONDS
        self.execute(f"SET statement_timeout = {int(seconds * 1000)}")
        # PostgreSQL takes a SET back when its transaction is rolled back.
        self.commit()

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
