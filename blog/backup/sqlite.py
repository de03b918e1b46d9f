"""Copies an SQLite database while others write, and replaces one atomically."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

from blog.backup import Progress
from blog.backup.archive_file import BackupUnusable
from blog.config import Settings

NAME = "database.sqlite3"
PAGES_PER_STEP = 2_000
BESIDE = ("-wal", "-shm")
"""Suffixes of the files that SQLite keeps next to a database. Next to another database they would damage it."""


def database_file(settings: Settings) -> Path:
    """The path of the blog's database."""
    return Path(make_url(settings.sqlalchemy_url).database or "").absolute()


def dump(database: Path, folder: Path, progress: Progress) -> Path:
    """Copy ``database`` in its current state to ``folder`` and return the path of the copy.

    The open transaction keeps one state; without it, each write by another process would restart the copy.

    :raises BackupUnusable: the database cannot be read, or is damaged.
    """
    copy = folder / NAME
    try:
        with _opened(f"{database.absolute().as_uri()}?mode=ro") as source, _opened(copy.absolute().as_uri()) as target:
            source.execute("BEGIN")
            # BEGIN alone reads nothing; the transaction gets its state with the first read.
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(
                target,
                pages=PAGES_PER_STEP,
                progress=lambda _, left, total: progress("Copying the database", total - left, total),
            )
            # The copy is in WAL mode like its source; whatever opens it later would create files next to it.
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupUnusable(f"The database {database} cannot be copied ({error}).") from error
    check(copy)
    return copy


def check(database: Path) -> str:
    """Check the integrity of a database and return its schema revision.

    :raises BackupUnusable: the database is damaged, or does not belong to a blog.
    """
    try:
        with _opened(f"{database.absolute().as_uri()}?mode=ro") as connection:
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise BackupUnusable(f"The database is damaged ({verdict}).")
            if connection.execute("PRAGMA foreign_key_check").fetchone():
                raise BackupUnusable("The database is damaged (rows refer to missing rows).")
            schema: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            return schema
    except (sqlite3.Error, TypeError) as error:
        raise BackupUnusable(f"The database cannot be read ({error}).") from error


def put_in_place(fresh: Path, database: Path, aside: Path) -> None:
    """Replace ``database`` by ``fresh``, which must be in the same file system; keep the former one in ``aside``.

    The replacement is an atomic rename: after a crash there is either the former or the new database.
    """
    if database.exists():
        with suppress(sqlite3.Error), _opened(database.absolute().as_uri()) as connection:
            # Moves changes from the write-ahead log to the former database's file, so that the file alone is complete.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.link(database, aside / database.name)
    for suffix in BESIDE:
        beside = database.with_name(database.name + suffix)
        if beside.exists():
            # The log is kept too: if the former database is damaged, the checkpoint may have failed.
            os.link(beside, aside / beside.name)
            beside.unlink()
    fresh.replace(database)


@contextmanager
def _opened(uri: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)) as connection:
        yield connection
