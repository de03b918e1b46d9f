"""A backup is private, and complete or not there."""

import stat
from pathlib import Path

import pytest
from flask import Flask

from blog.backup.archive_file import BackupUnusable
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
