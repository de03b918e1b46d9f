"""The CDN notifier sends purges after all processes have seen them, again later, and loses none."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete
from time_machine import travel

from blog.cache.purge_reader import SETTLED_SECONDS
from blog.cache.purges import EVERYTHING, CachePurge
from blog.cdn.fastly import Fastly
from blog.cdn.fingerprint import fingerprint
from blog.cdn.notifier import POLL_SECONDS, SAVE_SECONDS, PurgeNotifier
from blog.cdn.progress import CDNProgress, Position, position_of, save_position
from blog.cdn.purge_rounds import MAX_KEYS, ROUNDS_SECONDS
from blog.config import Settings
from blog.database import utc_now, write_transaction
from blog.extensions import db
from tests.cdn.fake_backends import TOKEN, FakeFastly
from tests.cdn.notifying import BACKEND, Clock, pass_time, purged, started
from tests.support.factories import make_article

SOON, _, LATEST = ROUNDS_SECONDS

pytestmark = pytest.mark.usefixtures("code_read_once")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, purge=BACKEND, purge_token=TOKEN)


def test_a_purge_is_sent_after_every_process_saw_it_and_again_later(
    notifier: PurgeNotifier, fastly: FakeFastly, clock: Clock
) -> None:
    purged("article/1", "index")
    notifier.work()
    read = clock.now
    assert SOON >= 2 * POLL_SECONDS
    for rounds, due in enumerate(ROUNDS_SECONDS):
        clock.now = read + due - 0.01
        notifier.work()
        assert fastly.purged_keys == [["article/1", "index"]] * rounds
        clock.now = read + due
        notifier.work()
        assert fastly.purged_keys == [["article/1", "index"]] * (rounds + 1)
    pass_time(notifier, clock, 200)
    assert len(fastly.purged_keys) == len(ROUNDS_SECONDS)


def test_a_key_that_is_purged_all_the_time_is_still_sent(
    notifier: PurgeNotifier, fastly: FakeFastly, clock: Clock
) -> None:
    for _ in range(8):
        purged("index")
        notifier.work()
        clock.now += POLL_SECONDS
    assert len(fastly.purged_keys) == 6


def test_a_purge_committed_late_with_a_smaller_number_is_sent(
    notifier: PurgeNotifier, fastly: FakeFastly, clock: Clock
) -> None:
    for number in (50, 30):
        with write_transaction(db.session()) as session:
            session.add(CachePurge(id=number, key=f"article/{number}", reason="test", purged_at=utc_now()))
        notifier.work()
        clock.now += SETTLED_SECONDS - 1
    notifier.work()
    assert fastly.keys == {"article/50", "article/30"}


def test_keys_are_sent_as_header_keys(notifier: PurgeNotifier, fastly: FakeFastly, clock: Clock) -> None:
    purged("tag/чай")
    notifier.work()
    pass_time(notifier, clock, 1)
    assert fastly.keys == {"tag/%D1%87%D0%B0%D0%B9"}


def test_many_keys_are_few_requests_and_very_many_purge_everything(
    notifier: PurgeNotifier, fastly: FakeFastly, clock: Clock
) -> None:
    purged(*(f"article/{number}" for number in range(300)))
    notifier.work()
    pass_time(notifier, clock, 1)
    assert [len(words) for words in fastly.purged_keys] == [256, 44]
    purged(*(f"article/{number}" for number in range(MAX_KEYS + 1)))
    notifier.work()
    pass_time(notifier, clock, 1)
    assert fastly.purged_keys[-1] == [EVERYTHING]


def test_an_article_that_becomes_public_is_purged(notifier: PurgeNotifier, fastly: FakeFastly, clock: Clock) -> None:
    article = make_article("On Tea", tags=("Tea",), published_at=utc_now() + timedelta(minutes=1))
    pass_time(notifier, clock, 1)
    assert fastly.keys == set()
    with travel(article.published_at + timedelta(seconds=1)):
        pass_time(notifier, clock, 2)
    assert {f"article/{article.id}", "tag/tea", "index", "feeds"} <= fastly.keys


def test_a_worker_that_dies_loses_nothing(
    notifier: PurgeNotifier, fastly: FakeFastly, cdn: Fastly, clock: Clock
) -> None:
    pass_time(notifier, clock, SAVE_SECONDS + 1)
    purged("article/1")
    purged("article/2")
    notifier.work()
    assert fastly.keys == set()
    pass_time(started(cdn, clock), clock, 1)
    assert fastly.keys == {"article/1", "article/2"}


def test_a_worker_that_dies_between_two_rounds_repeats_them(
    notifier: PurgeNotifier, fastly: FakeFastly, cdn: Fastly, clock: Clock
) -> None:
    purged("article/1")
    pass_time(notifier, clock, LATEST)
    assert len(fastly.purged_keys) == 2
    pass_time(started(cdn, clock), clock, 200)
    assert len(fastly.purged_keys) == 2 + len(ROUNDS_SECONDS)


def test_purges_sent_in_all_rounds_are_not_sent_by_the_next_worker(
    notifier: PurgeNotifier, fastly: FakeFastly, cdn: Fastly, clock: Clock
) -> None:
    purged("article/1")
    pass_time(notifier, clock, SETTLED_SECONDS + LATEST + SAVE_SECONDS)
    fastly.purged_keys.clear()
    purged("article/2")
    pass_time(started(cdn, clock), clock, 100)
    assert fastly.keys == {"article/2"}


def test_an_article_published_while_no_worker_ran_is_purged(
    app: Flask, settings: Settings, fastly: FakeFastly, cdn: Fastly, clock: Clock
) -> None:
    save_position(BACKEND, Position(0, utc_now() - timedelta(minutes=10)), fingerprint(settings))
    article = make_article("On Tea", published_at=utc_now() - timedelta(minutes=5))
    make_article("On Cups", published_at=utc_now() - timedelta(minutes=15))
    pass_time(started(cdn, clock), clock, 1)
    assert f"article/{article.id}" in fastly.keys
    assert EVERYTHING not in fastly.keys


@pytest.mark.parametrize("reason", ["first", "long ago", "another program"])
def test_if_rows_do_not_show_what_changed_everything_is_purged(
    app: Flask, settings: Settings, fastly: FakeFastly, cdn: Fastly, clock: Clock, reason: str
) -> None:
    if reason == "long ago":
        save_position(BACKEND, Position(7, utc_now() - timedelta(minutes=31)), fingerprint(settings))
    if reason == "another program":
        save_position(BACKEND, Position(0, utc_now()), fingerprint(replace(settings, title="Another")))
    purged("article/1")
    pass_time(started(cdn, clock), clock, 10)
    notifier = started(cdn, clock)
    pass_time(notifier, clock, 10)
    assert fastly.purged_keys == [[EVERYTHING]] * 4, "the second worker as well, since the first one did not finish"
    pass_time(notifier, clock, 200)
    fastly.purged_keys.clear()
    pass_time(started(cdn, clock), clock, 100)
    assert fastly.purged_keys == []


def test_if_purges_were_pruned_unsent_everything_is_purged(
    app: Flask, settings: Settings, fastly: FakeFastly, cdn: Fastly, clock: Clock
) -> None:
    save_position(BACKEND, Position(0, utc_now() - timedelta(hours=2)), fingerprint(settings))
    purged("article/1")
    with write_transaction(db.session()) as session:
        session.execute(delete(CachePurge))
    pass_time(started(cdn, clock), clock, 1)
    assert fastly.keys == {EVERYTHING}


def test_several_workers_do_no_harm(notifier: PurgeNotifier, fastly: FakeFastly, cdn: Fastly, clock: Clock) -> None:
    other = started(cdn, clock)
    purged("article/1")
    for _ in range(100):
        clock.now += 3
        notifier.work()
        other.work()
    assert fastly.purged_keys == [["article/1"]] * 2 * len(ROUNDS_SECONDS)
    assert db.session.query(CDNProgress).count() == 1
    assert utc_now() - position_of(BACKEND)[0].purged_until < timedelta(minutes=1)
