"""A SQLite file that is deleted or replaced is noticed, however its folder is named."""

from pathlib import Path

import pytest

from blog.config import Settings
from blog.extensions import db
from blog.sqlite_file import lost_file
from tests.support.applications import opened


@pytest.mark.parametrize("name", ["instance", "link", "instance/../instance"])
def test_a_deleted_file_is_noticed(tmp_path: Path, name: str) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "instance")
    with opened(Settings(instance=tmp_path / name)), db.engine.connect():
        assert lost_file(db.engine) is None
        (tmp_path / "instance" / "blog.sqlite3").unlink()
        assert lost_file(db.engine) == "deleted"
