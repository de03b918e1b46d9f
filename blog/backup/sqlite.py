"""SQLite in backups: copied while others write, and put in place without a moment in which there is no database."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from blog.backup import Progress
from blog.backup.archive import BackupUnusable

NAME = "database.sqlite3"
PAGES_PER_STEP = 2_000
BESIDE = ("-wal", "-shm")
"""What SQLite puts beside a database. Beside another database, it would damage that one."""


def dump(database: Path, folder: Path, progress: Progress) -> Path:
    """A copy of ``database`` as it is now, in ``folder``.

    The open transaction holds on to one state; without it, each write by another process would begin the copy anew.

    :raises BackupUnusable: it cannot be read, or is damaged.
    """
    copy = folder / NAME
    try:
        with _opened(f"{database.absolute().as_uri()}?mode=ro") as source, _opened(copy.absolute().as_uri()) as target:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(
                target,
                pages=PAGES_PER_STEP,
                progress=lambda _, left, total: progress("Copying the database", total - left, total),
            )
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupUnusable(f"The database {database} cannot be copied ({error}).") from error
    check(copy)
    return copy


def check(database: Path) -> str:
    """The schema of a database that is whole.

    :raises BackupUnusable: it is damaged, or does not belong to a blog.
    """
    try:
        with _opened(f"{database.absolute().as_uri()}?mode=ro") as connection:
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise BackupUnusable(f"The database is damaged ({verdict}).")
            if connection.execute("PRAGMA foreign_key_check").fetchone():
                raise BackupUnusable("The database is damaged (rows refer to others that are not there).")
            schema: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            return schema
    except (sqlite3.Error, TypeError) as error:
        raise BackupUnusable(f"The database cannot be read ({error}).") from error


def put_in_place(fresh: Path, database: Path, aside: Path) -> None:
    """Replace ``database`` by ``fresh``, which must be in the same file system; link the former one into ``aside``.

    The replacement is one step of the file system: a crash leaves the former database or the fresh one.
    """
    if database.exists():
        with suppress(sqlite3.Error), _opened(database.absolute().as_uri()) as connection:
            # What the former database has in its log goes into its file.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.link(database, aside / database.name)
    for suffix in BESIDE:
        beside = database.with_name(database.name + suffix)
        if beside.exists():
            os.link(beside, aside / beside.name)
            beside.unlink()
    fresh.replace(database)


@contextmanager
def _opened(uri: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)) as connection:
        yield connection
