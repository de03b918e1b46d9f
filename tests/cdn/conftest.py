"""A notifier, its clock, and a false Fastly that it purges."""

from collections.abc import Iterator

import pytest
from flask import Flask

from blog.cdn.fastly import Fastly
from blog.cdn.fingerprint import fingerprint
from blog.cdn.notifier import PurgeNotifier
from blog.cdn.progress import Position, save_position
from blog.config import Settings
from blog.database import utc_now
from tests.cdn.fake_backends import SERVICE, TOKEN, FakeFastly
from tests.cdn.notifying import BACKEND, Clock, started
from tests.support.fakes import fake


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fastly() -> FakeFastly:
    return FakeFastly()


@pytest.fixture
def front(fastly: FakeFastly) -> Iterator[Fastly]:
    with fake(fastly) as server:
        yield Fastly(SERVICE, TOKEN, server.url)


@pytest.fixture
def notifier_(app: Flask, settings: Settings, front: Fastly, clock: Clock) -> PurgeNotifier:
    """A notifier that continues where another one has just ended."""
    save_position(BACKEND, Position(0, utc_now()), fingerprint(settings))
    return started(front, clock)
