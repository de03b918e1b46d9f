"""The versions of the database's schema, without Alembic, whose import slows every start."""

from sqlalchemy import Connection, inspect, text

from blog.paths import MIGRATIONS

NEWER_SCHEMA = (
    "its schema, {}, was made by a newer version of the blog. Use that version, or restore a backup from before it."
)
"""What is wrong with a database whose version :func:`is_from_newer_program`, and how to fix it."""


def needed_version() -> str:
    """Return the version of the newest migration: the four digits at the start of its file name."""
    return max(_known_versions())


def is_from_newer_program(version: str) -> bool:
    """Return whether this program has no migration to ``version``, because a newer one has made the tables."""
    return version not in _known_versions()


def _known_versions() -> set[str]:
    return {path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def present_version(connection: Connection) -> str | None:
    """Return the version of the database's schema; ``None`` if it has no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version
