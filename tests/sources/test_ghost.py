"""Ghost as a source: what is asked, and what becomes of the answers."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from blog.fetch import Limits
from blog.fetch.errors import Unauthorised
from blog.sources.base import CursorExpired, SourceUnavailable
from blog.sources.ghost import BadKey, GhostSource
from tests.sources.fake_ghost import ADMIN_KEY, CONTENT_KEY, FakeGhost
from tests.support.fakes import Fake, as_json, http

LIMITS = Limits(tries=1)


@pytest.fixture
def source(server: Fake) -> Iterator[GhostSource]:
    source = GhostSource(server.url, CONTENT_KEY, None, LIMITS)
    yield source
    source.close()


@pytest.fixture
def admin(server: Fake) -> Iterator[GhostSource]:
    source = GhostSource(server.url, None, ADMIN_KEY, LIMITS)
    yield source
    source.close()


def test_a_post_becomes_a_document(ghost: FakeGhost, source: GhostSource) -> None:
    ghost.add(
        7, "On Tea", custom_excerpt="Short.", feature_image="https://cms.example/content/images/cup.png",
        feature_image_alt="A cup", meta_title="Tea", og_description="All of it", canonical_url="https://tea.example/",
        updated_at="2026-03-02T08:00:00.000+00:00",
        tags=[{"name": "Green tea", "visibility": "public"}, {"name": "#internal", "visibility": "internal"}],
        authors=[{"name": "Ada Byron"}, {"name": "Zoë Lind"}],
    )  # fmt: skip
    [listed] = source.listing()
    tea = listed.load()
    assert (tea.source_id, tea.slug, tea.title, tea.body) == (f"{7:024x}", "on-tea", "On Tea", "<p>About On Tea.</p>")
    assert (tea.excerpt, tea.tags, tea.authors) == ("Short.", ("Green tea",), ("Ada Byron", "Zoë Lind"))
    assert (tea.image, tea.image_alt) == ("https://cms.example/content/images/cup.png", "A cup")
    assert tea.published_at == datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
    assert tea.updated_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert (tea.seo_title, tea.seo_description, tea.canonical_url) == ("Tea", "All of it", "https://tea.example/")
    assert tea.former_urls == ("/on-tea/",)
    assert not tea.is_draft


def test_all_posts_are_listed_and_read_a_page_at_a_time(ghost: FakeGhost, source: GhostSource, server: Fake) -> None:
    for number in range(120):
        ghost.add(number, f"Piece {number}")
    listed = list(source.listing())
    assert [piece.source_id for piece in listed] == sorted(ghost.posts)
    assert len(server.requests) == 3
    assert all("html" not in request.query.get("formats", "") for request in server.requests)
    assert listed[60].load().title == "Piece 60"
    assert listed[61].load().title == "Piece 61"
    assert len(server.requests) == 4, "a page is read when the first of its pieces is wanted, and once"


def test_changes_go_on_from_the_cursor_through_posts_of_one_second(ghost: FakeGhost, source: GhostSource) -> None:
    ghost.add(1, "Old")
    present = source.current_cursor()
    for number in range(2, 130):
        ghost.add(number, f"Piece {number}", updated_at="2026-03-05T10:00:00.000+00:00")
    ghost.add(130, "Last", updated_at="2026-03-06T10:00:00.000+00:00")
    changed = list(source.changes(present))
    assert len({piece.source_id for piece in changed}) == len(changed) == 130
    assert changed[-1].load().title == "Last"
    assert [piece.load().title for piece in source.changes(changed[-1].cursor)] == ["Last"]


def test_a_cursor_that_is_no_time_has_expired(source: GhostSource) -> None:
    with pytest.raises(CursorExpired):
        list(source.changes("page 7"))


def test_an_empty_ghost(source: GhostSource) -> None:
    assert list(source.listing()) == []
    assert list(source.changes(source.current_cursor())) == []


def test_drafts_take_an_admin_key(ghost: FakeGhost, source: GhostSource, admin: GhostSource) -> None:
    ghost.add(1, "Public")
    draft = ghost.add(2, "Draft", status="draft", published_at=None)
    ghost.add(3, "Planned", status="scheduled", published_at="2099-01-01T00:00:00.000+00:00")
    ghost.add(4, "Mailed", status="sent")
    assert [piece.load().title for piece in source.listing()] == ["Public"]
    assert source.find(draft) is None
    assert {piece.load().title: piece.load().is_draft for piece in admin.listing()} == {
        "Public": False, "Draft": True, "Planned": False, "Mailed": True,
    }  # fmt: skip
    found = admin.find(draft)
    assert found is not None
    assert found.load().is_draft
    assert len(source.limitations) == len(admin.limitations) + 1


def test_what_only_members_may_read_stays_out(ghost: FakeGhost, admin: GhostSource) -> None:
    ghost.add(1, "For members", visibility="paid")
    [listed] = admin.listing()
    assert listed.load().is_draft
    assert "members only" in listed.load().notes[0].what


def test_a_wrong_key_is_told_without_saying_it(server: Fake) -> None:
    source = GhostSource(server.url, "a-wrong-key-of-somebody", None, LIMITS)
    with pytest.raises(Unauthorised, match="“Unknown Content API Key”") as caught:
        list(source.listing())
    assert "a-wrong-key" not in str(caught.value)
    assert "BLOG_SOURCE_KEY" in str(caught.value)
    source.close()


@pytest.mark.parametrize(("key", "admin_key"), [(None, None), (None, "no-colon"), ("k", "id:not-hex")])
def test_keys_that_cannot_be_keys(key: str | None, admin_key: str | None) -> None:
    with pytest.raises(BadKey, match="BLOG_SOURCE"):
        GhostSource("http://127.0.0.1:1", key, admin_key)


@pytest.mark.parametrize("answer", [{"posts": "none"}, {"posts": [1]}, [], "tea"])
def test_an_answer_of_another_shape(ghost: FakeGhost, source: GhostSource, server: Fake, answer: object) -> None:
    server.answer = lambda _: as_json(answer)
    with pytest.raises(SourceUnavailable, match="does not answer as Ghost does"):
        list(source.listing())


def test_images_come_from_the_ghost(ghost: FakeGhost, source: GhostSource, server: Fake) -> None:
    server.answer = lambda request: http(request.path.encode())
    assert source.owns_image("/content/images/cup.png")
    assert not source.owns_image("data:image/png;base64,AAAA")
    assert source.open_image("1", "/content/images/cup.png") == b"/content/images/cup.png"
    with pytest.raises(ValueError, match="private network"):
        source.open_image("1", "http://10.0.0.1/cup.png")
