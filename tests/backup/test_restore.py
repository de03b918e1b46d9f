"""A restore restores everything, and only from a complete backup."""

import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, make_url, select, text

from blog.backup.archive_file import MANIFEST, BackupUnusable
from blog.backup.create import backup
from blog.backup.restore import restore
from blog.comments.models import Comment
from blog.config import Settings
from blog.extensions import db
from blog.running_lock import hold_running_lock, hold_stopped_lock
from tests.backup.conftest import close, quiet


def body() -> str:
    try:
        return db.session.scalars(select(Comment.body)).one()
    finally:
        close()


def test_a_restore_restores_everything_and_keeps_the_former_data(copy: Path, settings: Settings) -> None:
    key = (settings.instance / "secret_key").read_bytes()
    (settings.instance / "secret_key").write_bytes(b"another key that is long enough, surely")
    (settings.instance / "media" / "a.webp").write_bytes(b"damaged")
    _, aside = restore(settings, copy, quiet)
    assert body() == "Before."
    assert (settings.instance / "secret_key").read_bytes() == key
    assert (settings.instance / "media" / "a.webp").read_bytes() == b"an image"
    if settings.sqlalchemy_url.startswith("sqlite"):
        with closing(sqlite3.connect(Path(aside) / "blog.sqlite3")) as former:
            assert former.execute("SELECT body FROM comment").fetchone() == ("After.",)
    else:
        former_schema = aside.split()[-4]
        assert db.session.scalar(text(f"SELECT body FROM {former_schema}.comment")) == "After."  # noqa: S608 - a name


def test_a_restored_blog_can_be_backed_up_and_restored_again(copy: Path, settings: Settings, tmp_path: Path) -> None:
    restore(settings, copy, quiet)
    backup(settings, tmp_path / "again.tar", quiet)
    close()
    restore(settings, tmp_path / "again.tar", quiet)
    assert body() == "Before."


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) * 2 // 3] ^= 0xFF
    path.write_bytes(data)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def something_else(path: Path) -> None:
    path.write_bytes(b"This is not a backup. " * 1000)


def rewritten(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Write the archive again with a changed manifest."""
    with tarfile.open(path) as old:
        members = [(member, old.extractfile(member)) for member in old]
        contents = [(member, content.read() if content else b"") for member, content in members]
    with tarfile.open(path, "w") as new:
        for member, data in contents:
            if member.name == MANIFEST:
                manifest = json.loads(data)
                change(manifest)
                data = json.dumps(manifest).encode()  # noqa: PLW2901
                member.size = len(data)
            new.addfile(member, io.BytesIO(data))


def of_a_newer_program(path: Path) -> None:
    rewritten(path, lambda manifest: manifest.update(schema="9999"))


def of_another_format(path: Path) -> None:
    rewritten(path, lambda manifest: manifest.update(format=2))


def without_a_file(path: Path) -> None:
    rewritten(path, lambda manifest: manifest["files"].update({"media/b.webp": [1, "0"]}))  # type: ignore[attr-defined]


def leading_outside(path: Path) -> None:
    rewritten(path, lambda manifest: manifest["files"].update({"../b.webp": [1, "0"]}))  # type: ignore[attr-defined]


def with_a_strange_manifest(path: Path) -> None:
    rewritten(path, lambda manifest: manifest.update(files=["media/a.webp"]))


@pytest.mark.parametrize(
    "damage",
    [truncated, flipped, emptied, something_else, of_a_newer_program, of_another_format, without_a_file,
     leading_outside, with_a_strange_manifest],
)  # fmt: skip
def test_restoring_an_incomplete_backup_changes_nothing(
    copy: Path, settings: Settings, damage: Callable[[Path], None]
) -> None:
    damage(copy)
    (settings.instance / "media" / "a.webp").write_bytes(b"as it is now")
    with pytest.raises(BackupUnusable) as refusal:
        restore(settings, copy, quiet)
    assert "\n" not in str(refusal.value)
    assert body() == "After."
    assert (settings.instance / "media" / "a.webp").read_bytes() == b"as it is now"
    assert not list(settings.instance.parent.glob("**/before-restore-*"))


def test_a_backup_of_the_other_kind_of_database_is_refused(copy: Path, settings: Settings, tmp_path: Path) -> None:
    is_sqlite = make_url(settings.sqlalchemy_url).get_backend_name() == "sqlite"
    other = "postgresql+psycopg://ada@localhost/blog" if is_sqlite else f"sqlite:///{tmp_path / 'other.sqlite3'}"
    with pytest.raises(BackupUnusable, match="BLOG_DATABASE_URL"):
        restore(replace(settings, database_url=other), copy, quiet)


def test_a_restore_and_a_running_blog_exclude_each_other(copy: Path, settings: Settings) -> None:
    hold_running_lock(settings.instance)
    with pytest.raises(BackupUnusable, match="running"):
        restore(settings, copy, quiet)
    assert body() == "After."


@pytest.mark.only_on("postgresql", reason="SQLite needs only the lock")
def test_a_connection_to_postgresql_counts_as_a_running_blog(copy: Path, settings: Settings) -> None:
    with db.engine.connect(), pytest.raises(BackupUnusable, match="connections: 1"):
        restore(settings, copy, quiet)


@pytest.mark.only_on("postgresql", reason="SQLite has no password")
def test_a_password_of_postgresql_may_have_a_space(copy: Path, settings: Settings) -> None:
    url = make_url(settings.sqlalchemy_url).set(password="two words")
    restore(replace(settings, database_url=url.render_as_string(hide_password=False)), copy, quiet)
    assert body() == "Before."


@pytest.mark.only_on("sqlite", reason="PostgreSQL has no such file")
def test_the_log_of_the_former_database_does_not_damage_the_restored_one(copy: Path, settings: Settings) -> None:
    """The mistake of copying the file with ``cp backup blog.sqlite3``."""
    database = Path(str(make_url(settings.sqlalchemy_url).database))
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("UPDATE comment SET body = 'In the log.'")
        writer.commit()
        shutil.copy(database.with_name("blog.sqlite3-wal"), database.with_name("log"))
    shutil.move(database.with_name("log"), database.with_name("blog.sqlite3-wal"))
    restore(settings, copy, quiet)
    with closing(sqlite3.connect(database)) as restored:
        assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert body() == "Before."
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 1


def test_no_blog_starts_during_a_restore(settings: Settings, app: Flask) -> None:
    with hold_stopped_lock(settings.instance), pytest.raises(Exception, match="being restored"):
        hold_running_lock(settings.instance)
