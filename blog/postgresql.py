"""PostgreSQL connections with time limits."""

from typing import Any

from sqlalchemy import Dialect, Engine, event

POOL_SECONDS = 5
"""How long a thread waits for a free connection of the pool."""
REQUEST_STATEMENT_SECONDS = 5.0
"""The time limit for one statement of a process that answers requests."""


def bound_statements(engine: Engine, seconds: float = REQUEST_STATEMENT_SECONDS) -> None:
    """Limit each statement on future PostgreSQL connections of ``engine`` to ``seconds``."""
    if engine.dialect.driver != "psycopg":
        return

    @event.listens_for(engine, "connect")
    def bound(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
        connection.limit_statements(seconds)


def engine_options(url: str) -> dict[str, Any]:
    """Return SQLAlchemy's engine options for the database ``url``."""
    if url.startswith("postgresql"):
        # A pooled connection may have ended meanwhile, as when PostgreSQL was restarted; SQLite has no server.
        return {"pool_pre_ping": True, "pool_timeout": POOL_SECONDS}
    return {"pool_timeout": POOL_SECONDS}


@event.listens_for(Engine, "do_connect")
def _connect_bounded(dialect: Dialect, _: object, args: list[Any], options: dict[str, Any]) -> Any:  # noqa: ANN401
    if dialect.driver != "psycopg":
        return None
    from blog.postgresql_connection import BoundedConnection  # noqa: PLC0415 - psycopg slows every start

    return BoundedConnection.opened(*args, **options)
