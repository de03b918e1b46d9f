"""Migrates the database to the current schema before the blog starts."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy.exc import DBAPIError

from blog.errors import OperatorError
from blog.extensions import db
from blog.paths import MIGRATIONS
from blog.sqlite_file import is_writable


class DatabaseUnusable(OperatorError):
    """The database cannot be opened or migrated."""


def migrate() -> None:
    """Migrate the database to the current schema.

    :raises DatabaseUnusable: the database cannot be reached or changed.
    """
    try:
        if is_writable(db.engine):
            upgrade()
        else:
            _refuse_other_schema()
    except DBAPIError as error:
        url = db.engine.url.render_as_string()
        what = f"The database {url} cannot be used ({reason(error)})."
        raise DatabaseUnusable(f"{what} Start the database, or set BLOG_DATABASE_URL to one that works.") from error


def _refuse_other_schema() -> None:
    """Check that a read-only database does not need a migration.

    :raises DatabaseUnusable: it needs one.
    """
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present != ScriptDirectory(str(MIGRATIONS)).get_current_head():
        what = f"The database {db.engine.url.database} must be migrated, but it cannot be written to."
        raise DatabaseUnusable(f"{what} Free space on its disk, or make it writable.")


def reason(error: DBAPIError | OSError) -> str:
    """Return the message of the database or the operating system on one line."""
    return " ".join(str(error.orig if isinstance(error, DBAPIError) else error.strerror).split())
