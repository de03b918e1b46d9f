"""Fixtures: a real Ghost and a real WordPress, each started once for all live tests."""

from collections.abc import Iterator

import pytest

from tests.live.ghost import Ghost
from tests.live.wordpress import WordPress


@pytest.fixture(scope="session")
def ghost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ghost]:
    """A real Ghost without posts; the first installation on a machine takes minutes."""
    with Ghost.start(tmp_path_factory.mktemp("ghost")) as started:
        yield started


@pytest.fixture(scope="session")
def wordpress() -> Iterator[WordPress]:
    """A real WordPress without posts, in the time zone of Berlin."""
    with WordPress.start() as started:
        yield started
