"""Ghost as a source: the requests, and the documents from the responses."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from blog.fetch.errors import Gone, Unauthorised
from blog.fetch.limits import Limits
from blog.sources.base import CursorExpired, SourceUnavailable
from blog.sources.ghost.source import BadKey, GhostSource
from tests.sources.fake_ghost import ADMIN_KEY, CONTENT_KEY, FakeGhost
from tests.support.documents import names
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
        feature_image_alt="A cup", feature_image_caption="By <i>Bea</i>", meta_title="Tea", og_description="All of it", canonical_url="https://tea.example/",
        updated_at="2026-03-02T08:00:00.000+00:00",
        tags=[{"name": "Green tea", "visibility": "public"}, {"name": "#internal", "visibility": "internal"}],
        authors=[{"name": "Ada Byron"}, {"name": "Zoë Lind"}],
    )  # fmt: skip
    [listed] = source.listing()
    tea = listed.load()
    assert (tea.source_id, tea.slug, tea.title, tea.body) == (f"{7:024x}", "on-tea", "On Tea", "<p>About On Tea.</p>")
    assert (tea.excerpt, names(tea.tags), names(tea.authors)) == ("Short.", ("Green tea",), ("Ada Byron", "Zoë Lind"))
    assert (tea.image, tea.image_alt) == ("https://cms.example/content/images/cup.png", "A cup")
    assert tea.image_caption == "By Bea"
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
    assert len(server.requests) == 2
    assert all("html" not in request.query.get("formats", "") for request in server.requests)
    assert listed[60].load().title == "Piece 60"
    assert listed[61].load().title == "Piece 61"
    assert len(server.requests) == 4, "a page is read once, when its first post is needed"


def test_changes_continue_from_the_cursor_within_the_same_second(ghost: FakeGhost, source: GhostSource) -> None:
    ghost.add(1, "Old")
    present = source.current_cursor()
    for number in range(2, 130):
        ghost.add(number, f"Piece {number}", updated_at="2026-03-05T10:00:00.000+00:00")
    ghost.add(130, "Last", updated_at="2026-03-06T10:00:00.000+00:00")
    changed = list(source.changes(present))
    assert len({piece.source_id for piece in changed}) == len(changed) == 130
    assert changed[-1].load().title == "Last"
    assert [piece.load().title for piece in source.changes(changed[-1].cursor)] == ["Last"]


@pytest.mark.parametrize("cursor", ["page 7", "0001-01-01T00:00:00+02:00"])
def test_a_cursor_that_is_not_a_time_has_expired(source: GhostSource, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        list(source.changes(cursor))


def test_a_ghost_without_posts_gives_no_documents(source: GhostSource) -> None:
    assert list(source.listing()) == []
    assert list(source.changes(source.current_cursor())) == []


def test_drafts_need_an_admin_key(ghost: FakeGhost, source: GhostSource, admin: GhostSource) -> None:
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
    assert any("drafts" in text for text in source.limitations)
    assert not any("drafts" in text for text in admin.limitations)


def test_posts_for_members_only_are_not_published(ghost: FakeGhost, admin: GhostSource) -> None:
    ghost.add(1, "For members", visibility="paid")
    [listed] = admin.listing()
    assert listed.load().is_draft
    assert "members only" in listed.load().notes[0].what


def test_a_wrong_key_is_an_error_that_does_not_contain_it(server: Fake) -> None:
    source = GhostSource(server.url, "a-wrong-key-of-somebody", None, LIMITS)
    with pytest.raises(Unauthorised, match="“Unknown Content API Key”") as caught:
        list(source.listing())
    assert "a-wrong-key" not in str(caught.value)
    assert "BLOG_SOURCE_KEY" in str(caught.value)
    source.close()


@pytest.mark.parametrize(("key", "admin_key"), [(None, None), (None, "no-colon"), ("k", "id:not-hex")])
def test_a_malformed_key_is_refused(key: str | None, admin_key: str | None) -> None:
    with pytest.raises(BadKey, match="BLOG_SOURCE"):
        GhostSource("http://127.0.0.1:1", key, admin_key)


@pytest.mark.parametrize("answer", [{"posts": "none"}, {"posts": [1]}, [], "tea"])
def test_an_answer_of_another_shape_is_an_error(
    ghost: FakeGhost, source: GhostSource, server: Fake, answer: object
) -> None:
    server.answer = lambda _: as_json(answer)
    with pytest.raises(SourceUnavailable, match="is not from Ghost"):
        list(source.listing())


def test_images_come_from_the_ghost(ghost: FakeGhost, source: GhostSource, server: Fake) -> None:
    server.answer = lambda request: http(request.path.encode())
    assert source.owns_image("/content/images/cup.png")
    assert not source.owns_image("data:image/png;base64,AAAA")
    assert source.open_image("1", "/content/images/cup.png") == b"/content/images/cup.png"
    with pytest.raises(ValueError, match="private network"):
        source.open_image("1", "http://10.0.0.1/cup.png")


GATED = (
    "<p>For all.</p>"
    '<!--kg-gated-block:begin nonMember:false memberSegment:"status:-free" --><p>Paid.</p><!--kg-gated-block:end-->'
    '<!--kg-gated-block:begin nonMember:true memberSegment:"" --><p>Visitors.</p><!--kg-gated-block:end-->'
)


@pytest.fixture
def both(server: Fake) -> Iterator[GhostSource]:
    source = GhostSource(server.url, CONTENT_KEY, ADMIN_KEY, LIMITS)
    yield source
    source.close()


@pytest.fixture(params=["source", "admin", "both"])
def any_keys(request: pytest.FixtureRequest) -> GhostSource:
    """A source with each set of keys in turn."""
    source: GhostSource = request.getfixturevalue(request.param)
    return source


def test_no_key_publishes_posts_for_members_only(ghost: FakeGhost, any_keys: GhostSource) -> None:
    post = ghost.add(1, "Gated", html=GATED)
    found = any_keys.find(post)
    assert found is not None
    for piece in (found, *any_keys.listing(), *any_keys.changes(any_keys.current_cursor())):
        assert piece.load().body == "<p>For all.</p><p>Visitors.</p>"


def test_with_both_keys_only_hidden_posts_are_read_with_the_admin_key(
    ghost: FakeGhost, both: GhostSource, server: Fake
) -> None:
    ghost.add(1, "Public")
    draft = ghost.add(2, "Draft", status="draft")
    assert {piece.load().title: piece.load().is_draft for piece in both.listing()} == {"Draft": True, "Public": False}
    read = [request for request in server.requests if "html" in request.query.get("formats", "")]
    assert [("/admin/" in request.path, request.query["filter"].partition("+")[0]) for request in read] == [
        (True, "status:[draft,scheduled,sent]"), (False, "status:published"),
    ]  # fmt: skip
    found = both.find(draft)
    assert found is not None
    assert found.load().is_draft


SILENT_CHANGES: dict[str, object] = {
    "visibility": "members", "meta_title": "Other", "feature_image_alt": "Other", "feature_image_caption": "Other",
    "tags": [{"name": "Tea"}],
    "authors": [{"name": "Bea Brown", "slug": "bea"}], "slug": "other",
}  # fmt: skip


@pytest.mark.parametrize("field", SILENT_CHANGES)
def test_a_revision_changes_even_if_updated_at_does_not(ghost: FakeGhost, any_keys: GhostSource, field: str) -> None:
    post = ghost.add(1, "Public")
    [before] = any_keys.listing()
    ghost.posts[post][field] = SILENT_CHANGES[field]
    [after] = any_keys.listing()
    found = any_keys.find(post)
    assert found is not None
    assert before.revision != after.revision == found.revision


def test_public_posts_are_listed_without_their_texts(ghost: FakeGhost, both: GhostSource, server: Fake) -> None:
    public = ghost.add(1, "Public")
    ghost.add(2, "Draft", status="draft")
    ghost.add(3, "For members", visibility="members")
    planned = ghost.add(4, "Planned", status="scheduled", published_at="2099-01-01T00:00:00.000+00:00")
    assert set(both.visible_ids()) == {public, planned}
    assert {request.query["fields"] for request in server.requests} == {"id"}


NOT_GHOSTS_WORDS = {
    "a proxy": http("<h1>Not found</h1>", "404 Not Found", Content_Type="text/html"),
    "another program": as_json({"error": "not found"}, "404 Not Found"),
    "another error": as_json({"errors": [{"message": "No such endpoint", "type": "RequestNotAcceptable"}]}, "404 No"),
    "no errors": as_json({"errors": []}, "410 Gone"),
}


@pytest.mark.parametrize("kind", NOT_GHOSTS_WORDS)
def test_only_ghosts_own_404_means_that_a_post_is_deleted(
    ghost: FakeGhost, source: GhostSource, server: Fake, kind: str
) -> None:
    post = ghost.add(1, "Public")
    del ghost.posts[post]
    assert source.find(post) is None
    server.answer = lambda _: NOT_GHOSTS_WORDS[kind]
    with pytest.raises(Gone):
        source.find(post)


def test_a_listing_page_with_too_few_posts_is_an_error(ghost: FakeGhost, source: GhostSource, server: Fake) -> None:
    server.answer = lambda _: as_json({"posts": [], "meta": {"pagination": {"total": 7}}})
    for listing in (source.listing, source.visible_ids):
        with pytest.raises(SourceUnavailable, match="returned only 0 of 7 posts"):
            list(listing())
