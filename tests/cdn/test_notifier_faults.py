"""The CDN notifier survives errors of the shared cache and of the database, and loses no purge."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from blog.cdn.fastly import Fastly
from blog.cdn.fingerprint import fingerprint
from blog.cdn.notifier import MAX_ASKED_SECONDS, MAX_WAIT_SECONDS, SAVE_SECONDS, PurgeNotifier
from blog.cdn.progress import Position, save_position
from blog.cdn.purge_rounds import ROUNDS_SECONDS
from blog.config import Settings
from blog.database import utc_now
from blog.extensions import db
from tests.cdn.fake_backends import SERVICE, TOKEN, FakeFastly
from tests.cdn.notifying import BACKEND, Clock, pass_time, purged, started
from tests.support.fakes import fake, http

pytestmark = pytest.mark.usefixtures("code_read_once")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, purge=BACKEND, purge_token=TOKEN)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    "refusal",
    [http(status="503 Service Unavailable"), http(status="401 Unauthorized"), http("<html>"), b"garbage"],
    ids=["503", "401", "page", "garbage"],
)
def test_an_error_is_logged_once_and_waiting_purges_are_sent_after_it(
    notifier: PurgeNotifier, fastly: FakeFastly, clock: Clock, caplog: pytest.LogCaptureFixture, refusal: bytes
) -> None:
    fastly.refusal = lambda _: refusal
    for number in range(40):
        purged(f"article/{number}")
        pass_time(notifier, clock, 5)
    assert len(lines(caplog)) == 1
    assert lines(caplog)[0].startswith("The cache in front of the blog cannot be purged. Fastly ")
    fastly.refusal = None
    pass_time(notifier, clock, MAX_WAIT_SECONDS + 1)
    assert fastly.keys == {f"article/{number}" for number in range(40)}
    assert len(lines(caplog)) == 2
    assert "is purged again" in lines(caplog)[1]
    pass_time(notifier, clock, 200)
    assert len(fastly.purged_keys) <= 2 * len(ROUNDS_SECONDS)


def test_pauses_grow_up_to_a_limit(app: Flask, clock: Clock) -> None:
    save_position(BACKEND, Position(0, utc_now()), fingerprint(app.config["BLOG"]))
    with fake(lambda _: http(status="500 Internal Server Error")) as server:
        notifier = started(Fastly(SERVICE, TOKEN, server.url), clock)
        purged("index")
        pass_time(notifier, clock, 60)
        early = len(server.requests)
        pass_time(notifier, clock, 900)
    assert 4 <= early <= 15
    assert 15 <= len(server.requests) - early <= 75


@pytest.mark.parametrize(("asked", "kept"), [(45, 45), (86_400, MAX_ASKED_SECONDS)])
def test_a_service_that_asks_for_a_pause_gets_it(app: Flask, clock: Clock, asked: int, kept: int) -> None:
    save_position(BACKEND, Position(0, utc_now()), fingerprint(app.config["BLOG"]))
    with fake(lambda _: http(status="429 Too Many Requests", Retry_After=str(asked))) as server:
        notifier = started(Fastly(SERVICE, TOKEN, server.url), clock)
        purged("index")
        notifier.work()
        pass_time(notifier, clock, 1)
        assert len(server.requests) == 1
        pass_time(notifier, clock, kept - 2)
        assert len(server.requests) == 1
        pass_time(notifier, clock, 3)
        assert len(server.requests) == 2


def test_the_next_worker_sends_what_a_failing_one_could_not(
    notifier: PurgeNotifier, fastly: FakeFastly, cdn: Fastly, clock: Clock
) -> None:
    pass_time(notifier, clock, SAVE_SECONDS + 1)
    fastly.refusal = lambda _: http(status="500 Internal Server Error")
    purged("article/1")
    pass_time(notifier, clock, 5 * SAVE_SECONDS)
    fastly.refusal = None
    pass_time(started(cdn, clock), clock, 1)
    assert fastly.keys == {"article/1"}


@contextmanager
def database_gone() -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", refuse)


def test_a_database_that_is_gone_for_a_while_loses_nothing(
    notifier: PurgeNotifier, fastly: FakeFastly, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    purged("article/1")
    with database_gone():
        pass_time(notifier, clock, 100)
        assert fastly.keys == set()
    pass_time(notifier, clock, MAX_WAIT_SECONDS + 2)
    assert fastly.keys == {"article/1"}
    assert len(lines(caplog)) == 2
    assert "The database reported an error" in lines(caplog)[0]


def test_an_unexpected_error_is_logged_and_does_not_end_the_worker(
    notifier: PurgeNotifier,
    fastly: FakeFastly,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    purged("article/1")
    with monkeypatch.context() as broken:
        broken.setattr("blog.cdn.notifier.scheduled_keys", lambda *_: 1 / 0)
        pass_time(notifier, clock, 3)
    assert "ZeroDivisionError" in caplog.text
    pass_time(notifier, clock, 10)
    assert fastly.keys == {"article/1"}
