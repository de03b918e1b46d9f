"""A folder of articles for each test, and images to put beside them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from blog.content.report import SyncReport
from blog.content.sources.folder import FolderSource
from blog.content.sync import sync
from tests.content.writing import UTC_ZONE

Pull = Callable[..., SyncReport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.fixture
def source(folder: Path) -> FolderSource:
    return FolderSource("folder:articles", folder, UTC_ZONE)


@pytest.fixture
def pull(source: FolderSource) -> Pull:
    """Sync the folder, with the arguments of ``sync()``."""
    return lambda **how: sync(source, **how)
