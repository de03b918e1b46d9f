"""A backup is private, and complete or not there."""

import errno
import os
import signal
import stat
from pathlib import Path

import pytest
from flask import Flask

from blog.backup.archive_file import BackupUnusable, _move_to_new, reading
from blog.backup.create import backup
from blog.config import Settings
from tests.backup.conftest import quiet


def test_a_backup_is_private_and_never_overwrites(copy: Path, settings: Settings) -> None:
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    before = copy.read_bytes()
    with pytest.raises(BackupUnusable, match="exists already"):
        backup(settings, copy, quiet)
    assert copy.read_bytes() == before


def test_a_backup_into_a_folder_that_is_not_there_says_so(app: Flask, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable, match="No such file or directory"):
        backup(settings, tmp_path / "backups" / "copy.tar", quiet)


def test_a_backup_that_fails_leaves_nothing(app: Flask, settings: Settings, tmp_path: Path) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (settings.instance / "media").mkdir()
    (settings.instance / "media" / "a.webp").write_bytes(b"an image")
    folder = tmp_path / "copies"
    folder.mkdir()
    with pytest.raises(KeyboardInterrupt):
        backup(settings, folder / "copy.tar", interrupted)
    assert list(folder.iterdir()) == []


def test_a_backup_removes_what_killed_ones_have_left_and_nothing_else(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    left, others = folder / ".blog-backup-killed", folder / "my notes"
    left.mkdir(parents=True)
    (left / "database.sqlite3").write_bytes(b"half of it")
    others.mkdir()
    seen: list[bool] = []

    def second_backup(*_: object) -> None:
        if not seen:
            seen.append(left.exists())
            backup(settings, folder / "second.tar", quiet)

    backup(settings, folder / "copy.tar", second_backup)
    assert seen == [False]
    assert sorted(path.name for path in folder.iterdir()) == ["copy.tar", "my notes", "second.tar"]


def test_a_killed_backup_leaves_only_a_folder_that_the_next_one_removes(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()

    def killed(what: str, *_: object) -> None:
        if what == "Writing files":
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        backup(settings, folder / "copy.tar", killed)
        os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    [left] = folder.iterdir()
    assert left.name.startswith(".blog-backup-")
    backup(settings, folder / "copy.tar", quiet)
    assert [path.name for path in folder.iterdir()] == ["copy.tar"]


def test_a_file_system_without_links_can_hold_backups(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "copy.tar"
    backup(settings, path, quiet)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with reading(path) as (_, manifest):
        assert manifest.files
    with pytest.raises(FileExistsError):
        _move_to_new(tmp_path / "other", path)
