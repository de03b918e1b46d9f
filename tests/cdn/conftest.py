"""A notifier, its clock, and a fake of Fastly that it purges."""

from collections.abc import Iterator
from functools import cache

import pytest
from flask import Flask

from blog.cdn import fingerprint as fingerprints
from blog.cdn.fastly import Fastly
from blog.cdn.fingerprint import fingerprint
from blog.cdn.notifier import PurgeNotifier
from blog.cdn.progress import Position, save_position
from blog.config import Settings
from blog.database import utc_now
from tests.cdn.fake_backends import SERVICE, TOKEN, FakeFastly
from tests.cdn.notifying import BACKEND, Clock, started
from tests.support.fakes import fake

_files_once = cache(fingerprints._files)
_content_once = cache(fingerprints._content)


@pytest.fixture
def code_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the files of the blog, which do not change during the tests, for one fingerprint only."""
    monkeypatch.setattr(fingerprints, "_files", _files_once)
    monkeypatch.setattr(fingerprints, "_content", _content_once)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fastly() -> FakeFastly:
    return FakeFastly()


@pytest.fixture
def cdn(fastly: FakeFastly) -> Iterator[Fastly]:
    with fake(fastly) as server:
        yield Fastly(SERVICE, TOKEN, server.url)


@pytest.fixture
def notifier(app: Flask, settings: Settings, cdn: Fastly, clock: Clock) -> PurgeNotifier:
    """A notifier that continues where another one has just ended."""
    save_position(BACKEND, Position(0, utc_now()), fingerprint(settings))
    return started(cdn, clock)
