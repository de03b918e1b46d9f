"""The CDN notifier sends purges after all processes have seen them, again later, loses none, and survives errors."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, event
from sqlalchemy.exc import OperationalError

from blog.cache.purges import EVERYTHING, CachePurge, CDNProgress, purge
from blog.cache.reader import SETTLED_SECONDS
from blog.cdn import notifier
from blog.cdn.fastly import Fastly
from blog.cdn.fingerprint import fingerprint
from blog.cdn.notifier import MAX_ASKED_SECONDS, MAX_WAIT_SECONDS, POLL_SECONDS, SAVE_SECONDS, PurgeNotifier
from blog.cdn.progress import Position, position_of, save_position
from blog.cdn.queue import MAX_KEYS, ROUNDS_SECONDS
from blog.config import Settings
from blog.database import utc_now, write_transaction
from blog.extensions import db
from tests.cdn.fake_backends import SERVICE, TOKEN, FakeFastly
from tests.support.factories import make_article
from tests.support.fakes import fake, http

BACKEND = f"fastly:{SERVICE}"
SOON, LATER, LATEST = ROUNDS_SECONDS


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, purge=BACKEND, purge_token=TOKEN)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


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


def started(front: Fastly, clock: Clock) -> PurgeNotifier:
    notifier_ = PurgeNotifier(front, BACKEND, clock)
    notifier_.work()
    return notifier_


def purged(*keys: str) -> None:
    with write_transaction(db.session()) as session:
        purge(session, keys, "test")


def pass_time(notifier_: PurgeNotifier, clock: Clock, seconds: float) -> None:
    """Let ``notifier_`` work once in each of ``seconds`` seconds."""
    end = clock.now + seconds
    while clock.now < end:
        clock.now = min(end, clock.now + 1)
        notifier_.work()


def test_a_purge_is_sent_after_every_process_saw_it_and_again_later(
    notifier_: PurgeNotifier, fastly: FakeFastly, clock: Clock
) -> None:
    purged("article/1", "index")
    notifier_.work()
    read = clock.now
    assert SOON >= 2 * POLL_SECONDS
    for rounds, due in enumerate(ROUNDS_SECONDS):
        clock.now = read + due - 0.01
        notifier_.work()
        assert fastly.purged_keys == [["article/1", "index"]] * rounds
        clock.now = read + due
        notifier_.work()
        assert fastly.purged_keys == [["article/1", "index"]] * (rounds + 1)
    pass_time(notifier_, clock, 200)
    assert len(fastly.purged_keys) == len(ROUNDS_SECONDS)


def test_a_key_that_is_purged_all_the_time_is_still_sent(
    notifier_: PurgeNotifier, fastly: FakeFastly, clock: Clock
) -> None:
    for _ in range(8):
        purged("index")
        notifier_.work()
        clock.now += POLL_SECONDS
    assert len(fastly.purged_keys) == 6


def test_a_purge_committed_late_with_a_smaller_number_is_sent(
    notifier_: PurgeNotifier, fastly: FakeFastly, clock: Clock
) -> None:
    for number in (50, 30):
        with write_transaction(db.session()) as session:
            session.add(CachePurge(id=number, key=f"article/{number}", reason="test", purged_at=utc_now()))
        notifier_.work()
        clock.now += SETTLED_SECONDS - 1
    notifier_.work()
    assert fastly.words == {"article/50", "article/30"}


def test_keys_are_sent_as_header_keys(notifier_: PurgeNotifier, fastly: FakeFastly, clock: Clock) -> None:
    purged("tag/чай")
    notifier_.work()
    pass_time(notifier_, clock, 1)
    assert fastly.words == {"tag/%D1%87%D0%B0%D0%B9"}


def test_many_keys_are_few_requests_and_very_many_purge_everything(
    notifier_: PurgeNotifier, fastly: FakeFastly, clock: Clock
) -> None:
    purged(*(f"article/{number}" for number in range(300)))
    notifier_.work()
    pass_time(notifier_, clock, 1)
    assert [len(words) for words in fastly.purged_keys] == [256, 44]
    purged(*(f"article/{number}" for number in range(MAX_KEYS + 1)))
    notifier_.work()
    pass_time(notifier_, clock, 1)
    assert fastly.purged_keys[-1] == [EVERYTHING]


def test_an_article_that_becomes_public_is_purged(notifier_: PurgeNotifier, fastly: FakeFastly, clock: Clock) -> None:
    article = make_article("On Tea", tags=("Tea",), published_at=utc_now() + timedelta(seconds=0.3))
    while utc_now() <= article.published_at:
        notifier_.work()
        assert fastly.words == set()
    notifier_.work()
    pass_time(notifier_, clock, 1)
    assert {f"article/{article.id}", "tag/tea", "index", "feeds"} <= fastly.words


def test_a_worker_that_dies_loses_nothing(
    notifier_: PurgeNotifier, fastly: FakeFastly, front: Fastly, clock: Clock
) -> None:
    pass_time(notifier_, clock, SAVE_SECONDS + 1)
    purged("article/1")
    purged("article/2")
    notifier_.work()
    assert fastly.words == set()
    pass_time(started(front, clock), clock, 1)
    assert fastly.words == {"article/1", "article/2"}


def test_a_worker_that_dies_between_two_rounds_repeats_them(
    notifier_: PurgeNotifier, fastly: FakeFastly, front: Fastly, clock: Clock
) -> None:
    purged("article/1")
    pass_time(notifier_, clock, LATEST)
    assert len(fastly.purged_keys) == 2
    pass_time(started(front, clock), clock, 200)
    assert len(fastly.purged_keys) == 2 + len(ROUNDS_SECONDS)


def test_purges_sent_in_all_rounds_are_not_sent_by_the_next_worker(
    notifier_: PurgeNotifier, fastly: FakeFastly, front: Fastly, clock: Clock
) -> None:
    purged("article/1")
    pass_time(notifier_, clock, SETTLED_SECONDS + LATEST + SAVE_SECONDS)
    fastly.purged_keys.clear()
    purged("article/2")
    pass_time(started(front, clock), clock, 100)
    assert fastly.words == {"article/2"}


def test_an_article_published_while_no_worker_ran_is_purged(
    app: Flask, settings: Settings, fastly: FakeFastly, front: Fastly, clock: Clock
) -> None:
    save_position(BACKEND, Position(0, utc_now() - timedelta(minutes=10)), fingerprint(settings))
    article = make_article("On Tea", published_at=utc_now() - timedelta(minutes=5))
    make_article("On Cups", published_at=utc_now() - timedelta(minutes=15))
    pass_time(started(front, clock), clock, 1)
    assert f"article/{article.id}" in fastly.words
    assert EVERYTHING not in fastly.words


@pytest.mark.parametrize("reason", ["first", "long ago", "another program"])
def test_if_rows_do_not_show_what_changed_everything_is_purged(
    app: Flask, settings: Settings, fastly: FakeFastly, front: Fastly, clock: Clock, reason: str
) -> None:
    if reason == "long ago":
        save_position(BACKEND, Position(7, utc_now() - timedelta(minutes=31)), fingerprint(settings))
    if reason == "another program":
        save_position(BACKEND, Position(0, utc_now()), fingerprint(replace(settings, title="Another")))
    purged("article/1")
    pass_time(started(front, clock), clock, 10)
    notifier_ = started(front, clock)
    pass_time(notifier_, clock, 10)
    assert fastly.purged_keys == [[EVERYTHING]] * 4, "the second worker as well, since the first one did not finish"
    pass_time(notifier_, clock, 200)
    fastly.purged_keys.clear()
    pass_time(started(front, clock), clock, 100)
    assert fastly.purged_keys == []


def test_if_purges_were_pruned_unsent_everything_is_purged(
    app: Flask, settings: Settings, fastly: FakeFastly, front: Fastly, clock: Clock
) -> None:
    save_position(BACKEND, Position(0, utc_now() - timedelta(hours=2)), fingerprint(settings))
    purged("article/1")
    with write_transaction(db.session()) as session:
        session.execute(delete(CachePurge))
    pass_time(started(front, clock), clock, 1)
    assert fastly.words == {EVERYTHING}


def test_several_workers_do_no_harm(notifier_: PurgeNotifier, fastly: FakeFastly, front: Fastly, clock: Clock) -> None:
    other = started(front, clock)
    purged("article/1")
    for _ in range(300):
        clock.now += 1
        notifier_.work()
        other.work()
    assert fastly.purged_keys == [["article/1"]] * 2 * len(ROUNDS_SECONDS)
    assert db.session.query(CDNProgress).count() == 1
    assert utc_now() - position_of(BACKEND)[0].purged_until < timedelta(minutes=1)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    "refusal",
    [http(status="503 Service Unavailable"), http(status="401 Unauthorized"), http("<html>"), b"garbage"],
    ids=["503", "401", "page", "garbage"],
)
def test_an_error_is_logged_once_and_waiting_purges_are_sent_after_it(
    notifier_: PurgeNotifier, fastly: FakeFastly, clock: Clock, caplog: pytest.LogCaptureFixture, refusal: bytes
) -> None:
    fastly.refusal = lambda _: refusal
    for number in range(40):
        purged(f"article/{number}")
        pass_time(notifier_, clock, 5)
    assert len(lines(caplog)) == 1
    assert lines(caplog)[0].startswith("The cache in front of the blog cannot be purged. Fastly ")
    fastly.refusal = None
    pass_time(notifier_, clock, MAX_WAIT_SECONDS + 1)
    assert fastly.words == {f"article/{number}" for number in range(40)}
    assert len(lines(caplog)) == 2
    assert "is purged again" in lines(caplog)[1]
    pass_time(notifier_, clock, 200)
    assert len(fastly.purged_keys) <= 2 * len(ROUNDS_SECONDS)


def test_pauses_grow_up_to_a_limit(app: Flask, clock: Clock) -> None:
    save_position(BACKEND, Position(0, utc_now()), fingerprint(app.config["BLOG"]))
    with fake(lambda _: http(status="500 Internal Server Error")) as server:
        notifier_ = started(Fastly(SERVICE, TOKEN, server.url), clock)
        purged("index")
        pass_time(notifier_, clock, 60)
        early = len(server.requests)
        pass_time(notifier_, clock, 900)
    assert 4 <= early <= 15
    assert 15 <= len(server.requests) - early <= 75


@pytest.mark.parametrize(("asked", "kept"), [(45, 45), (86_400, MAX_ASKED_SECONDS)])
def test_a_service_that_asks_for_a_pause_gets_it(app: Flask, clock: Clock, asked: int, kept: int) -> None:
    save_position(BACKEND, Position(0, utc_now()), fingerprint(app.config["BLOG"]))
    with fake(lambda _: http(status="429 Too Many Requests", Retry_After=str(asked))) as server:
        notifier_ = started(Fastly(SERVICE, TOKEN, server.url), clock)
        purged("index")
        notifier_.work()
        pass_time(notifier_, clock, 1)
        assert len(server.requests) == 1
        pass_time(notifier_, clock, kept - 2)
        assert len(server.requests) == 1
        pass_time(notifier_, clock, 3)
        assert len(server.requests) == 2


def test_the_next_worker_sends_what_a_failing_one_could_not(
    notifier_: PurgeNotifier, fastly: FakeFastly, front: Fastly, clock: Clock
) -> None:
    pass_time(notifier_, clock, SAVE_SECONDS + 1)
    fastly.refusal = lambda _: http(status="500 Internal Server Error")
    purged("article/1")
    pass_time(notifier_, clock, 5 * SAVE_SECONDS)
    fastly.refusal = None
    pass_time(started(front, clock), clock, 1)
    assert fastly.words == {"article/1"}


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
    notifier_: PurgeNotifier, fastly: FakeFastly, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    purged("article/1")
    with database_gone():
        pass_time(notifier_, clock, 100)
        assert fastly.words == set()
    pass_time(notifier_, clock, MAX_WAIT_SECONDS + 2)
    assert fastly.words == {"article/1"}
    assert len(lines(caplog)) == 2
    assert "The database reported an error" in lines(caplog)[0]


def test_an_unexpected_error_is_logged_and_does_not_end_the_worker(
    notifier_: PurgeNotifier,
    fastly: FakeFastly,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    purged("article/1")
    with monkeypatch.context() as broken:
        broken.setattr(notifier, "scheduled_keys", lambda *_: 1 / 0)
        pass_time(notifier_, clock, 3)
    assert "ZeroDivisionError" in caplog.text
    pass_time(notifier_, clock, 10)
    assert fastly.words == {"article/1"}


def test_the_fingerprint_has_code_theme_and_settings_without_secrets(settings: Settings, tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    theme.mkdir()
    themed = replace(settings, theme=theme)
    before = fingerprint(themed)
    assert before == fingerprint(replace(themed, purge_token="another"))
    assert before != fingerprint(settings)
    assert before != fingerprint(replace(themed, title="Another"))
    (theme / "layout.html").write_text("<p>")
    assert fingerprint(themed) != before


def test_an_unreadable_file_of_the_theme_stops_no_purge(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "layout.html").symlink_to("/proc/self/mem")
    assert fingerprint(replace(settings, theme=tmp_path)) != fingerprint(settings)
