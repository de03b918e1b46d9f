"""The instance folder and its secret key."""

import errno
import os
import stat
from pathlib import Path
from threading import Thread

import pytest
from flask import request
from flask_migrate import upgrade

from blog import create_app
from blog.config import Settings
from blog.doctor.instance_check import check_instance
from blog.instance import InstanceUnwritable, readable_by_others, secret_key, unusable_files
from tests.support.applications import opened


def test_a_file_that_another_user_has_created_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("blog.sqlite3", "sync.lock"):
        (tmp_path / name).touch()
    (tmp_path / "media").mkdir()
    # Root, who often runs the tests, may use all files.
    monkeypatch.setattr(os, "access", lambda path, _mode: path.name != "sync.lock")
    assert unusable_files(tmp_path) == [tmp_path / "sync.lock"]
    with opened(Settings(instance=tmp_path)):
        assert any("sync.lock; make it belong" in finding.what for finding in check_instance())


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "instance"
    key = secret_key(folder)
    assert len(key) >= 32
    assert secret_key(folder) == key
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret_key"]


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    keys: list[str] = []
    threads = [Thread(target=lambda: keys.append(secret_key(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


@pytest.mark.parametrize("key", [None, "a secret that was set by the operator"])
def test_a_new_folder_is_closed_to_others_with_any_key(tmp_path: Path, key: str | None) -> None:
    settings = Settings(instance=tmp_path / "new" / "instance", secret_key=key)
    with opened(settings):
        upgrade()
    assert stat.S_IMODE(settings.instance.stat().st_mode) == 0o700
    assert stat.S_IMODE((settings.instance / "blog.sqlite3").stat().st_mode) == 0o600
    assert readable_by_others(settings.instance) == []


def test_files_that_others_can_read_are_reported(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    secret_key(tmp_path)
    (tmp_path / "secret_key").chmod(0o640)
    (tmp_path / "blog.sqlite3").touch(0o644)
    assert readable_by_others(tmp_path) == [tmp_path, tmp_path / "secret_key", tmp_path / "blog.sqlite3"]


def test_a_folder_that_cannot_be_created_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InstanceUnwritable, match="BLOG_INSTANCE") as caught:
        create_app(Settings(instance=tmp_path / "file" / "instance"))
    assert "\n" not in str(caught.value)


def test_a_full_disk_leaves_no_part_of_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InstanceUnwritable, match="No space left"):
        secret_key(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_key_is_an_error_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("\n")
    with pytest.raises(InstanceUnwritable, match="Restore it, or delete it"):
        secret_key(tmp_path)


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(tmp_path: Path, proxies: int, address: str) -> None:
    seen: list[str | None] = []
    with opened(Settings(instance=tmp_path, proxies=proxies)) as app:
        app.before_request(lambda: seen.append(request.remote_addr))
        app.test_client().get("/static/x/nothing", headers={"X-Forwarded-For": "203.0.113.7"})
    assert seen == [address]
