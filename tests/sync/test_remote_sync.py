"""Syncing a CMS: which requests are sent, what is stored, and the effects of failures."""

import gzip
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from blog.content.drafts import Draft
from blog.content.models import Article
from blog.extensions import db
from blog.fetch.limits import Limits
from blog.sources.base import SOURCE_FAILURES
from blog.sources.ghost.source import GhostSource
from blog.sync.report import SyncReport
from blog.sync.run import sync, sync_changes, sync_documents
from blog.sync.state import note_success, source_state
from blog.sync.withdrawals import WithdrawalsRefused
from tests.sources.fake_ghost import ADMIN_KEY, FakeGhost
from tests.support.fakes import Fake, Request, Responder, as_json, http
from tests.support.rows import article, live_slugs, redirects

pytestmark = pytest.mark.usefixtures("app")

LIMITS = Limits(read=0.5, request=1, tries=2, first_wait=0.01, size=200_000)


@pytest.fixture
def source(server: Fake) -> Iterator[GhostSource]:
    source = GhostSource(server.url, None, ADMIN_KEY, LIMITS)
    yield source
    source.close()


def drafts() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(db.select(Draft.slug)))


def test_a_full_listing_reports_its_usage_and_its_cursor(ghost: FakeGhost, source: GhostSource) -> None:
    for number in range(1, 61):
        ghost.add(number, f"Piece {number}")
    report = sync(source)
    assert report.created == 60
    assert report.usage is not None
    assert report.usage.requests == 8
    assert "60 created (8 requests, " in next(report.lines())
    state = source_state(source.name)
    newest = max(post["updated_at"] for post in ghost.posts.values())
    assert (state.cursor, state.failure) == (f"2000-01-01T00:00:00.000Z|{newest}", None)
    assert state.listed_at is not None


def test_a_repeated_listing_reads_no_post_again(ghost: FakeGhost, source: GhostSource, server: Fake) -> None:
    for number in range(1, 61):
        ghost.add(number, f"Piece {number}")
    sync(source)
    server.requests.clear()
    assert sync(source).unchanged == 60
    assert len(server.requests) == 6, "cursor, listing and visible ids, each for hidden and public posts"
    assert not any(request.query.get("formats") for request in server.requests)


def test_only_changed_documents_are_read(ghost: FakeGhost, source: GhostSource, server: Fake) -> None:
    first = ghost.add(1, "First")
    for number in range(2, 61):
        ghost.add(number, f"Piece {number}")
    sync(source)
    ghost.posts[first] |= {"title": "First of all", "updated_at": "2026-04-01T00:00:00.000+00:00"}
    ghost.add(70, "New", updated_at="2026-04-01T00:00:01.000+00:00")
    server.requests.clear()
    report = sync_changes(source)
    assert (report.created, report.updated) == (1, 1)
    assert len(server.requests) == 4, "changes and visible ids, each for hidden and public posts"
    assert article("first").title == "First of all"
    assert source_state(source.name).cursor == "2000-01-01T00:00:00.000Z|2026-04-01T00:00:01.000+00:00"


def test_changes_find_unpublishing_and_publishing_again(ghost: FakeGhost, source: GhostSource) -> None:
    first = ghost.add(1, "First", url="https://cms.example/first/")
    sync(source)
    assert redirects() == {"/first/": "first"}
    ghost.posts[first] |= {"status": "draft", "updated_at": "2026-04-01T00:00:00.000+00:00"}
    sync_changes(source)
    assert (live_slugs(), drafts()) == ([], ["first"])
    ghost.posts[first] |= {"status": "published", "updated_at": "2026-04-01T00:00:05.000+00:00"}
    sync_changes(source)
    assert (live_slugs(), drafts()) == (["first"], [])


def test_a_webhook_and_any_listing_find_a_deleted_post(ghost: FakeGhost, source: GhostSource) -> None:
    ids = [ghost.add(number, f"Piece {number}") for number in range(1, 11)]
    sync(source)
    ways: list[Callable[[], SyncReport]] = [
        lambda: sync_documents(source, [ids[0]]), lambda: sync_changes(source), lambda: sync(source),
    ]  # fmt: skip
    for id_, way in zip(ids, ways, strict=False):
        del ghost.posts[id_]
        assert [entry.name for entry in way().withdrawn] == [id_]
    assert len(live_slugs()) == 7


def test_a_deleted_draft_is_removed(ghost: FakeGhost, source: GhostSource) -> None:
    first, second = ghost.add(1, "First", status="draft"), ghost.add(2, "Second", status="draft")
    sync(source)
    assert drafts() == ["first", "second"]
    del ghost.posts[first]
    sync_documents(source, [first])
    assert drafts() == ["second"]
    del ghost.posts[second]
    sync(source)
    assert drafts() == []


def test_a_webhook_finds_a_change_that_did_not_change_the_time(ghost: FakeGhost, source: GhostSource) -> None:
    first = ghost.add(1, "First")
    sync(source)
    ghost.posts[first]["title"] = "Changed within the second"
    assert sync_documents(source, [first]).updated == 1
    assert article("first").title == "Changed within the second"


def test_an_expired_cursor_leads_to_a_whole_listing(ghost: FakeGhost, source: GhostSource) -> None:
    ghost.add(1, "First")
    sync(source)
    ghost.add(2, "Second")
    note_success(source.name, cursor="long forgotten", was_whole=False)
    assert sync_changes(source).created == 1
    assert source_state(source.name).cursor != "long forgotten"


def test_an_empty_answer_does_not_empty_the_blog(ghost: FakeGhost, source: GhostSource) -> None:
    for number in range(1, 11):
        ghost.add(number, f"Piece {number}")
    sync(source)
    ghost.posts.clear()
    with pytest.raises(WithdrawalsRefused):
        sync(source)
    assert len(live_slugs()) == 10
    assert "--confirm-withdrawals" in (source_state(source.name).refusal or "")


def test_a_document_that_the_database_refuses_does_not_hold_the_cursor(ghost: FakeGhost, source: GhostSource) -> None:
    ghost.add(1, "First")
    sync(source)
    for number, name in enumerate(["Good", "Refused", "Better"]):
        ghost.add(2 + number, name, updated_at=f"2026-04-01T00:00:0{number}.000+00:00")
    with refusing("refused"):
        report = sync_changes(source)
    assert [entry.title for entry in report.rejected] == ["Refused"]
    assert "the database refused it" in report.rejected[0].reason
    assert live_slugs() == ["better", "first", "good"]
    assert source_state(source.name).cursor == "2000-01-01T00:00:00.000Z|2026-04-01T00:00:02.000+00:00"
    assert sync_changes(source).rejected == [], "a poll does not list it again"
    assert sync(source).created == 1, "a full listing does"


@contextmanager
def refusing(slug: str) -> Iterator[None]:
    """Let the database refuse the article ``slug``."""

    def remove_title(_mapper: object, _connection: object, row: Article) -> None:
        if row.slug == slug:
            row.title = None  # type: ignore[assignment]  # to violate a constraint

    event.listen(Article, "before_insert", remove_title)
    try:
        yield
    finally:
        event.remove(Article, "before_insert", remove_title)


def silence(_: Request) -> Iterator[bytes]:
    time.sleep(2)
    yield b""


FAULTS: dict[str, Responder] = {
    "slow": silence,
    "half a page": lambda _: http('{"posts": [', Content_Length="1000"),
    "garbage": lambda _: http("<html>Sign in</html>", Content_Type="text/html"),
    "no list": lambda _: as_json({"posts": 7}),
    "unauthorised": lambda _: as_json({"errors": [{"message": "Unknown Admin API Key"}]}, "401 Unauthorized"),
    "not found": lambda _: as_json({"errors": [{"message": "Nothing here"}]}, "404 Not Found"),
    "asked to wait": lambda _: http(status="429 Too Many Requests", Retry_After="900"),
    "broken": lambda _: http(status="500 Internal Server Error"),
    "redirect loop": lambda request: http(status="302 Found", Location=request.path),
    "endless": lambda _: itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b" " * 10_000)),
    "bomb": lambda _: http(_bomb(), Content_Encoding="gzip", Content_Type="application/json"),
    "wrong charset": lambda _: http('{"posts": ["Café"]}'.encode("latin-1"), Content_Type="application/json"),
}


def _bomb() -> bytes:
    return gzip.compress(bytes(20_000_000))


@pytest.mark.only_on("sqlite", reason="the source fails, and the next test interrupts a sync on both databases")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_sync_changes_nothing_logs_one_line_and_is_repeated(
    app: Flask, ghost: FakeGhost, source: GhostSource, server: Fake, fault: str
) -> None:
    for number in range(1, 8):
        ghost.add(number, f"Piece {number}")
    sync(source)
    honest: Responder = server.answer
    server.answer = FAULTS[fault]
    ways: list[Callable[[GhostSource], object]] = [sync, sync_changes]
    for way in ways:
        with pytest.raises(SOURCE_FAILURES) as caught:
            way(source)
        line = str(caught.value)
        assert "\n" not in line
        assert source_state(source.name).failure == line
    assert len(live_slugs()) == 7
    assert app.test_client().get("/articles/piece-1").status_code == 200
    server.answer = honest
    ghost.add(8, "Piece 8")
    assert sync(source).created == 1
    assert source_state(source.name).failure is None


def test_an_interrupted_listing_keeps_what_arrived_and_continues(
    ghost: FakeGhost, source: GhostSource, server: Fake
) -> None:
    for number in range(1, 121):
        ghost.add(number, f"Piece {number}")
    sync(source)
    for number in range(200, 320):
        ghost.add(number, f"Later {number}", updated_at=f"2026-04-01T00:{number % 60:02}:{number // 60:02}.000+00:00")
    honest, served = server.answer, itertools.count()
    server.answer = lambda request: honest(request) if next(served) < 2 else http(status="500 Oh")
    with pytest.raises(SOURCE_FAILURES):
        sync_changes(source)
    assert len(live_slugs()) == 168, "the first page is in"
    server.answer = honest
    server.requests.clear()
    report = sync_changes(source)
    assert len(live_slugs()) == 240
    assert report.created == 72, "it continued at the stored position"
