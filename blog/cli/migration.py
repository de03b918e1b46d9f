"""Migrates the database to the current schema before the blog starts."""

from sqlalchemy.exc import DBAPIError

from blog.errors import OperatorError
from blog.extensions import db
from blog.schema import needed_version, present_version
from blog.sqlite_file import is_writable


class DatabaseUnusable(OperatorError):
    """The database cannot be opened or migrated."""


def migrate() -> None:
    """Migrate the database to the current schema.

    :raises DatabaseUnusable: the database cannot be reached or changed.
    """
    try:
        if _is_current():
            return
        if not is_writable(db.engine):
            what = f"The database {db.engine.url.database} must be migrated, but it cannot be written to."
            raise DatabaseUnusable(f"{what} Free space on its disk, or make it writable.")
        from flask_migrate import upgrade  # noqa: PLC0415 - Alembic slows every start, and most need no migration

        upgrade()
    except DBAPIError as error:
        url = db.engine.url.render_as_string()
        what = f"The database {url} cannot be used ({reason(error)})."
        raise DatabaseUnusable(f"{what} Start the database, or set BLOG_DATABASE_URL to one that works.") from error


def _is_current() -> bool:
    with db.engine.connect() as connection:
        return present_version(connection) == needed_version()


def reason(error: DBAPIError | OSError) -> str:
    """Return the message of the database or the operating system on one line."""
    return " ".join(str(error.orig if isinstance(error, DBAPIError) else error.strerror).split())
