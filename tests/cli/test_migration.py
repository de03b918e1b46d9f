"""The migration at the start of ``blog serve``: its own process, and what an operator reads if it fails."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect

from blog.cli import migration
from blog.cli.migration import DatabaseUnusable, migrate
from blog.config import Settings
from blog.extensions import db
from blog.schema import needed_version, present_version
from tests.cli import hanging_migration
from tests.support.applications import opened
from tests.support.ports import free_port
from tests.support.postgresql import Cluster
from tests.support.process_groups import Process, kill_group, members
from tests.support.servers import launch
from tests.support.waiting import wait_until


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


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> str:
    """The URL of a database without tables."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path / 'blog.sqlite3'}"
    postgresql: Cluster = request.getfixturevalue("postgresql")
    return postgresql.create("never_migrated")


@pytest.fixture
def migrating(tmp_path: Path, empty_database: str) -> Iterator[Process]:
    """A ``blog serve`` whose migration has changed everything, but not yet committed it."""
    settings = {"BLOG_DATABASE_URL": empty_database, **hanging_migration.RUN_FIRST}
    process = launch(tmp_path, "serve", f"--port={free_port()}", **settings)
    try:
        wait_until((tmp_path / hanging_migration.SIGN).exists, process)
        yield process
    finally:
        kill_group(process)


@pytest.mark.parametrize(
    ("database", "stop"),
    [("sqlite", lambda pid: os.kill(pid, signal.SIGTERM)), ("postgresql", lambda pid: os.killpg(pid, signal.SIGINT))],
    ids=["sigterm on sqlite", "ctrl-c on postgresql"],
)
def test_a_migration_ends_with_its_blog_and_changes_nothing(
    tmp_path: Path, empty_database: str, migrating: Process, stop: Callable[[int], None]
) -> None:
    assert len(members(migrating.pid)) == 2
    stop(migrating.pid)
    wait_until(lambda: members(migrating.pid) == [])
    with opened(Settings(instance=tmp_path / "instance", database_url=empty_database)):
        assert inspect(db.engine).get_table_names() == []
