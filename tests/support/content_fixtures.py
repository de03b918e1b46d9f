"""Fixtures: a folder of articles for each test, and a Ghost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blog.sources.folder.source import FolderSource
from blog.sync.report import SyncReport
from blog.sync.run import sync
from tests.sources.fake_ghost import FakeGhost, fake_ghost
from tests.support.fakes import Fake
from tests.support.files import UTC_ZONE

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
    """A function that syncs the folder, with the arguments of ``sync()``."""
    return lambda **how: sync(source, **how)


@pytest.fixture
def ghost_peer() -> Iterator[tuple[FakeGhost, Fake]]:
    with fake_ghost() as peer:
        yield peer


@pytest.fixture
def ghost(ghost_peer: tuple[FakeGhost, Fake]) -> FakeGhost:
    """The posts of a fake Ghost that listens on this machine."""
    return ghost_peer[0]


@pytest.fixture
def server(ghost_peer: tuple[FakeGhost, Fake]) -> Fake:
    """The server of the fake Ghost."""
    return ghost_peer[1]
