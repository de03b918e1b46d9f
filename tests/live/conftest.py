"""The real peers, each started once for all live tests."""

from collections.abc import Iterator

import pytest

from tests.live.ghost import Ghost
from tests.live.wordpress import WordPress


@pytest.fixture(scope="session")
def ghost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ghost]:
    """A real Ghost without any post at first; the first one on a machine takes minutes to install."""
    with Ghost.start(tmp_path_factory.mktemp("ghost")) as started:
        yield started


@pytest.fixture(scope="session")
def wordpress() -> Iterator[WordPress]:
    """A real WordPress without any post at first, on a site in Berlin's time."""
    with WordPress.start() as started:
        yield started
