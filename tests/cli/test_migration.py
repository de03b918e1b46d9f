"""The migration at the start of ``blog serve``: its own process, and what an operator reads if it fails."""

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from blog.cli import migration
from blog.cli.migration import DatabaseUnusable, migrate
from blog.config import Settings
from blog.extensions import db
from blog.schema import needed_version, present_version
from tests.support.applications import opened


@pytest.fixture
def new_instance(tmp_path: Path) -> Iterator[Path]:
    """The open instance folder of a blog that was never started."""
    instance = tmp_path / "instance"
    with opened(Settings(instance=instance)):
        yield instance


def test_a_new_database_is_migrated(new_instance: Path) -> None:
    migrate()
    with db.engine.connect() as connection:
        assert present_version(connection) == needed_version()


def test_a_refused_migration_says_why_and_changes_nothing(new_instance: Path) -> None:
    with closing(sqlite3.connect(new_instance / "blog.sqlite3")) as database:
        database.execute("CREATE TABLE article (title)")
    with pytest.raises(DatabaseUnusable, match=r"table article already exists.*BLOG_DATABASE_URL"):
        migrate()
    with closing(sqlite3.connect(new_instance / "blog.sqlite3")) as database:
        assert database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [("article",)]


def test_a_migration_that_is_killed_says_so(new_instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "_upgrade", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(DatabaseUnusable, match="ended with status -9 and changed nothing"):
        migrate()


def test_a_database_of_a_newer_version_is_refused_with_what_to_do(new_instance: Path) -> None:
    migrate()
    with closing(sqlite3.connect(new_instance / "blog.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseUnusable, match=r"schema, 9999, was made by a newer version.*restore a backup"):
        migrate()
