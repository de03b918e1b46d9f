"""The versions of the database's schema, without Alembic, whose import slows every start."""

from sqlalchemy import Connection, inspect, text

from blog.paths import MIGRATIONS


def needed_version() -> str:
    """Return the version of the newest migration: the four digits at the start of its file name."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))[:4]


def present_version(connection: Connection) -> str | None:
    """Return the version of the database's schema; ``None`` if it has no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version
