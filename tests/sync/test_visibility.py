"""What a CMS hides is withdrawn by one poll, and what is only temporarily missing is not."""

from collections.abc import Iterator

import pytest
from flask import Flask

from blog.database import utc_now
from blog.extensions import db
from blog.fetch.limits import Limits
from blog.sources.base import SOURCE_FAILURES
from blog.sources.ghost.source import GhostSource
from blog.sync.run import sync, sync_changes, sync_documents
from blog.sync.state import source_state
from blog.sync.withdrawals import GUARDED_TIME, WithdrawalsRefused
from tests.sources.fake_ghost import ADMIN_KEY, CONTENT_KEY, FakeGhost
from tests.support.fakes import Fake, as_json, http
from tests.support.rows import article, live_slugs

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def keys() -> str:
    """Which keys the source has."""
    return "both"


@pytest.fixture
def source(server: Fake, keys: str) -> Iterator[GhostSource]:
    key = None if keys == "admin" else CONTENT_KEY
    source = GhostSource(server.url, key, None if keys == "content" else ADMIN_KEY, Limits(tries=1))
    yield source
    source.close()


with_all_keys = pytest.mark.parametrize("keys", ["content", "admin", "both"])
"""For what is read with one key or the other."""


def publish(ghost: FakeGhost, count: int) -> list[str]:
    return [ghost.add(number, f"Piece {number}") for number in range(1, count + 1)]


@with_all_keys
def test_posts_changed_in_bulk_to_members_only_are_withdrawn_by_one_poll(ghost: FakeGhost, source: GhostSource) -> None:
    ids = publish(ghost, 10)
    sync(source)
    ghost.posts[ids[0]]["visibility"] = "members"
    sync_changes(source)
    assert "piece-1" not in live_slugs()
    ghost.posts[ids[0]]["visibility"] = "public"
    sync_changes(source)
    assert "piece-1" in live_slugs(), "and back again within one poll, although its time did not move"


@with_all_keys
def test_a_full_listing_withdraws_posts_that_a_bulk_change_hid(ghost: FakeGhost, source: GhostSource) -> None:
    ids = publish(ghost, 10)
    sync(source)
    for id_ in ids[:8]:
        ghost.posts[id_]["visibility"] = "paid"
    sync(source)
    assert live_slugs() == ["piece-10", "piece-9"], "Ghost lists each of them and says that it is not public"


@with_all_keys
def test_posts_unpublished_in_bulk_are_withdrawn_by_one_poll(ghost: FakeGhost, source: GhostSource) -> None:
    ids = publish(ghost, 10)
    sync(source)
    ghost.posts[ids[0]]["status"] = "draft"
    sync_changes(source)
    assert "piece-1" not in live_slugs()


@with_all_keys
def test_a_hidden_post_is_withdrawn_even_if_it_is_invalid(ghost: FakeGhost, source: GhostSource) -> None:
    ids = publish(ghost, 10)
    sync(source)
    ghost.posts[ids[0]] |= {"visibility": "members", "title": "x" * 500}
    sync(source)
    assert "piece-1" not in live_slugs()


@with_all_keys
def test_a_404_from_a_proxy_withdraws_nothing_despite_a_signed_call(
    ghost: FakeGhost, source: GhostSource, server: Fake
) -> None:
    ids = publish(ghost, 3)
    sync(source)
    server.answer = lambda _: http("<h1>Not found</h1>", "404 Not Found", Content_Type="text/html")
    with pytest.raises(SOURCE_FAILURES):
        sync_documents(source, ids)
    assert len(live_slugs()) == 3


def test_single_withdrawals_are_added_up_for_an_hour(
    app: Flask, ghost: FakeGhost, source: GhostSource, server: Fake
) -> None:
    ids = publish(ghost, 10)
    sync(source)
    missing = {"errors": [{"message": "Resource not found error, cannot read post.", "type": "NotFoundError"}]}
    honest = server.answer
    server.answer = lambda _: as_json(missing, "404 Not Found")
    refusals = [sync_documents(source, [id_]).refusal for id_ in ids[:6]]
    assert [bool(refusal) for refusal in refusals] == [False, False, False, False, True, False], "news once"
    assert len(live_slugs()) == 6
    assert "5 of the 10 articles" in refusals[4]
    assert "blog sync --confirm-withdrawals" in (source_state(source.name).refusal or "")
    server.answer = honest
    assert sync_changes(source).created == 0
    assert source_state(source.name).refusal is None, "a listing has them all, so the refusal is resolved"
    assert len(live_slugs()) == 10


def test_withdrawals_of_more_than_an_hour_ago_no_longer_count(ghost: FakeGhost, source: GhostSource) -> None:
    ids = publish(ghost, 10)
    sync(source)
    for id_ in ids[:4]:
        del ghost.posts[id_]
        sync_documents(source, [id_])
        article(f"piece-{int(id_, 16)}").withdrawn_at = utc_now() - GUARDED_TIME
        db.session.commit()
    del ghost.posts[ids[4]]
    assert sync_documents(source, [ids[4]]).refusal == ""
    assert len(live_slugs()) == 5


def test_a_refusal_is_reported_once_and_kept_until_it_is_resolved(ghost: FakeGhost, source: GhostSource) -> None:
    publish(ghost, 10)
    sync(source)
    kept, ghost.posts = ghost.posts, {}
    assert [bool(sync_changes(source).refusal) for _ in range(3)] == [True, False, False]
    assert source_state(source.name).failure is None
    assert source_state(source.name).refusal
    with pytest.raises(WithdrawalsRefused):
        sync(source)
    assert source_state(source.name).refusal
    ghost.posts = kept
    sync_changes(source)
    assert source_state(source.name).refusal is None


def test_a_confirmation_resets_the_count(ghost: FakeGhost, source: GhostSource) -> None:
    ids = publish(ghost, 20)
    sync(source)
    for id_ in ids[:10]:
        del ghost.posts[id_]
    sync(source, confirm_withdrawals=True)
    del ghost.posts[ids[10]]
    assert len(sync_changes(source).withdrawn) == 1
    assert len(live_slugs()) == 9


@pytest.mark.parametrize("title", ["x" * 5_000, "a\0b", "a\ud800b"])
def test_a_title_that_cannot_be_stored_does_not_stop_the_sync(
    ghost: FakeGhost, source: GhostSource, title: str
) -> None:
    publish(ghost, 2)
    ghost.posts[ghost.add(3, "Bad")]["title"] = title
    for _ in range(2):
        assert len(sync(source).rejected) == 1
    assert len(live_slugs()) == 2
