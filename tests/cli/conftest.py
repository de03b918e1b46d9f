"""A blog for the tests of commands."""

import shutil
from pathlib import Path

import pytest

from tests.cli.shell import with_article


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path) -> Path:
    """A migrated blog with one article to sync."""
    (tmp_path / "instance").mkdir(mode=0o700)
    shutil.copy(sqlite_template, tmp_path / "instance" / "blog.sqlite3")
    return with_article(tmp_path)
