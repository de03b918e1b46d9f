"""A SQLite file that is deleted or replaced is noticed, however its folder is named."""

from pathlib import Path

import pytest

from blog import create_app
from blog.config import Settings
from blog.extensions import db
from blog.sqlite_file import lost_file


@pytest.mark.parametrize("name", ["instance", "link", "instance/../instance"])
def test_a_deleted_file_is_noticed(tmp_path: Path, name: str) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "instance")
    app = create_app(Settings(instance=tmp_path / name))
    with app.app_context(), db.engine.connect():
        assert lost_file(db.engine) is None
        (tmp_path / "instance" / "blog.sqlite3").unlink()
        assert lost_file(db.engine) == "deleted"
