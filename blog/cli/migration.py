"""Migrates the database to the current schema before the blog starts."""

import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from flask import current_app
from sqlalchemy.exc import DBAPIError

from blog import create_app
from blog.config import Settings
from blog.database_errors import reason, remedy
from blog.errors import OperatorError
from blog.extensions import db
from blog.logging_config import configure_logging
from blog.processes import START_METHOD, STOP_SECONDS, block_sigint, exit_with_parent
from blog.schema import NEWER_SCHEMA, is_from_newer_program, needed_version, present_version
from blog.sqlite_file import is_writable

REFUSED_STATUS = 3
"""The status of a child process that has sent why the database refused the migration."""


class DatabaseUnusable(OperatorError):
    """The database cannot be opened or migrated."""


def migrate() -> None:
    """Migrate the database to the current schema.

    :raises DatabaseUnusable: the database cannot be reached or changed, or a newer version of the blog has changed it.
    """
    try:
        present = _present_version()
        if present == needed_version():
            return
        if present and is_from_newer_program(present):
            raise DatabaseUnusable(f"The database {_url()} cannot be used: {NEWER_SCHEMA.format(present)}")
        if not is_writable(db.engine):
            what = f"The database {db.engine.url.database} must be migrated, but it cannot be written to."
            raise DatabaseUnusable(f"{what} Free space on its disk, or make it writable.")
        db.engine.dispose()  # a child process must not share connections
        _upgrade_in_child()
    except DBAPIError as error:
        raise DatabaseUnusable(_unusable(error)) from error


def _upgrade_in_child() -> None:
    """Migrate in a child process.

    The server's processes are copies of this one, and what a migration leaves behind would make each 11 MB larger.
    The child ends with this process, by Ctrl-C or otherwise, and then changes nothing: a migration is one transaction.

    :raises DatabaseUnusable: the migration failed.
    """
    context = get_context(START_METHOD)
    ours, theirs = context.Pipe(duplex=False)
    arguments = (current_app.config["BLOG"], theirs)
    child: BaseProcess = context.Process(  # type: ignore[attr-defined]
        target=_upgrade, args=arguments, name="migration", daemon=True
    )
    with block_sigint(is_spawned=START_METHOD == "spawn"):
        child.start()
    child.join()
    if child.exitcode == REFUSED_STATUS:
        raise DatabaseUnusable(ours.recv())
    if child.exitcode:
        what = f"The migration of the database {_url()} ended with status {child.exitcode} and changed nothing."
        raise DatabaseUnusable(f"{what} Start the blog again.")


def _upgrade(settings: Settings, parent: Connection) -> None:
    """Migrate. If the database refuses, send a message for the operator to ``parent``; exit with ``REFUSED_STATUS``."""
    from flask_migrate import upgrade  # noqa: PLC0415 - Alembic slows every start, and most need no migration

    configure_logging()
    exit_with_parent(STOP_SECONDS)
    try:
        with create_app(settings).app_context():
            upgrade()
    except DBAPIError as error:
        parent.send(_unusable(error))
        sys.exit(REFUSED_STATUS)


def _unusable(error: DBAPIError) -> str:
    how = remedy(error) or "Set BLOG_DATABASE_URL to an empty database, or to that of a blog."
    return f"The database {_url()} cannot be used ({reason(error)}). {how}"


def _url() -> str:
    return db.engine.url.render_as_string()


def _present_version() -> str | None:
    with db.engine.connect() as connection:
        return present_version(connection)
