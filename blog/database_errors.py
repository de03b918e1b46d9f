"""What the operator can do about an error of the database."""

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from blog.sqlite_file import UNWRITABLE

DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
NOT_ALLOWED = "42501"
"""PostgreSQL's code for a missing right: https://www.postgresql.org/docs/current/errcodes-appendix.html."""
UNKNOWN_NAMES = frozenset({"42P01", "42703"})
"""Its codes for a table and for a column that does not exist."""


def reason(error: SQLAlchemyError) -> str:
    """Return what the database or its driver says, on one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())[:300]


def error_sentence(error: SQLAlchemyError) -> str:
    """Return one line about ``error`` for the log."""
    return f"The database reported an error ({reason(error)})."


def remedy(error: SQLAlchemyError) -> str:
    """Return how to fix the cause of ``error``; empty if the error does not show it."""
    original = error.orig if isinstance(error, DBAPIError) else None
    # SQLite's extended codes have the primary code in their lowest byte: https://www.sqlite.org/rescode.html.
    code = getattr(original, "sqlite_errorcode", 0) & 0xFF
    state = getattr(original, "sqlstate", None)
    if code in DAMAGED:
        how = "Stop the blog and restore a backup with blog restore FILE, or correct BLOG_DATABASE_URL."
        return f"The file is damaged, or is not a database. {how}"
    if code in UNWRITABLE:
        return "Free space on the disk, and let this user write to the file, to its folder and to /tmp."
    if code in LOCKED:
        return "Another program is writing to it. Try again, or stop that program."
    if state == NOT_ALLOWED:
        return "Make the user in BLOG_DATABASE_URL the owner of the database."
    if state in UNKNOWN_NAMES or str(original).startswith(("no such table", "no such column")):
        return "Its tables are missing or old. Run: blog db upgrade"
    # An error without a statement is usually one of connecting.
    if isinstance(error, DBAPIError) and error.statement is None:
        return "Start the database, or correct BLOG_DATABASE_URL."
    return ""
