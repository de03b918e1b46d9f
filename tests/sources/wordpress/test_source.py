"""WordPress as a source: the requests, and the documents from the responses."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from blog.config import CommentPolicy
from blog.fetch.errors import Garbled, Refused
from blog.fetch.limits import Limits
from blog.sources.base import CursorExpired, SourceUnavailable
from blog.sources.wordpress.api import BadLogin
from blog.sources.wordpress.source import WordPressSource
from tests.sources.fake_wordpress import LOGIN, FakeWordPress, fake_wordpress
from tests.support.documents import names
from tests.support.fakes import Fake, Request, Sent, Whole, as_json, http

LIMITS = Limits(tries=1)


@pytest.fixture
def peer() -> Iterator[tuple[FakeWordPress, Fake]]:
    with fake_wordpress() as peer:
        yield peer


@pytest.fixture
def wordpress(peer: tuple[FakeWordPress, Fake]) -> FakeWordPress:
    return peer[0]


@pytest.fixture
def server(peer: tuple[FakeWordPress, Fake]) -> Fake:
    return peer[1]


@pytest.fixture
def source(server: Fake) -> Iterator[WordPressSource]:
    source = WordPressSource(server.url, None, LIMITS)
    yield source
    source.close()


@pytest.fixture
def editor(server: Fake) -> Iterator[WordPressSource]:
    source = WordPressSource(server.url, LOGIN, LIMITS)
    yield source
    source.close()


def titles(source: WordPressSource, cursor: str) -> list[str]:
    return [piece.load().title for piece in source.changes(cursor)]


def remove_totals(server: Fake) -> None:
    """Answer as through a proxy that removes the headers with the numbers of posts and pages."""
    honest = server.answer

    def answer(request: Request) -> Sent:
        sent = honest(request)
        assert isinstance(sent, Whole)
        return Whole(re.sub(rb"X-WP-Total(?:Pages)?: \d+\r\n", b"", sent))

    server.answer = answer


def test_a_post_becomes_a_document(wordpress: FakeWordPress, source: WordPressSource) -> None:
    wordpress.add(
        7, "On Tea", title={"rendered": "Tea &amp; <i>biscuits</i>"}, comment_status="closed",
        excerpt={"rendered": "<p>Short &#8211; and good.</p>\n"}, modified_gmt="2026-03-02T08:00:00",
        yoast_head_json={"title": "Tea", "description": "All of it"},
        _embedded={
            "author": [{"name": "Zoë Lind"}],
            "wp:term": [
                [{"name": "Uncategorized", "slug": "uncategorized", "taxonomy": "category"},
                 {"name": "Caf&eacute;", "slug": "cafe", "taxonomy": "category"}],
                [{"name": "Green tea", "slug": "green-tea", "taxonomy": "post_tag"}],
            ],
            "wp:featuredmedia": [
                {"source_url": "http://cms.example/cup.png", "alt_text": "A cup",
                 "caption": {"rendered": "<p>By Bea</p>\n"}}
            ],
        },
    )  # fmt: skip
    [listed] = source.listing()
    tea = listed.load()
    assert (tea.source_id, tea.slug, tea.title) == ("7", "on-tea", "Tea & biscuits")
    assert (tea.body, tea.excerpt) == ("<p>About On Tea.</p>\n", "Short – and good.")
    assert (tea.image, tea.image_alt, tea.image_caption) == ("http://cms.example/cup.png", "A cup", "By Bea")
    assert (names(tea.tags), names(tea.authors)) == (("Café", "Green tea"), ("Zoë Lind",))
    assert tea.published_at == datetime(2026, 3, 1, 0, 0, 7, tzinfo=UTC)
    assert tea.updated_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert (tea.seo_title, tea.seo_description) == ("Tea", "All of it")
    assert tea.former_urls == ("/2026/03/on-tea/",)
    assert tea.comments is CommentPolicy.CLOSED
    assert not tea.is_draft


def test_wordpress_s_generated_excerpt_is_not_used(wordpress: FakeWordPress, source: WordPressSource) -> None:
    wordpress.add(7, "On Tea", excerpt={"rendered": "<p>Water first, and then [&hellip;]</p>\n"})
    assert next(iter(source.listing())).load().excerpt == ""


def test_all_posts_are_listed_and_read_a_page_at_a_time(
    wordpress: FakeWordPress, source: WordPressSource, server: Fake
) -> None:
    for number in range(1, 251):
        wordpress.add(number, f"Piece {number}")
    listed = list(source.listing())
    assert [piece.source_id for piece in listed] == [str(number) for number in range(1, 251)]
    assert len(server.requests) == 3
    assert listed[120].load().title == "Piece 121"
    assert listed[121].load().title == "Piece 122"
    assert len(server.requests) == 4, "a page is read once, when its first post is needed"


@pytest.mark.parametrize("count", [150, 101], ids=["a later page is short", "the last page disappears"])
def test_a_listing_that_loses_posts_while_it_is_read_is_not_complete(
    wordpress: FakeWordPress, source: WordPressSource, count: int
) -> None:
    for number in range(1, count + 1):
        wordpress.add(number, f"Piece {number}")
    listing = source.listing()
    next(listing)
    del wordpress.posts[3]
    with pytest.raises(SourceUnavailable, match="Nothing was withdrawn"):
        list(listing)


@pytest.mark.parametrize("count", [0, 99, 100, 101, 200])
def test_a_listing_without_totals_ends_after_the_last_page(
    wordpress: FakeWordPress, source: WordPressSource, server: Fake, count: int
) -> None:
    for number in range(1, count + 1):
        wordpress.add(number, f"Piece {number}")
    remove_totals(server)
    assert len(list(source.listing())) == count


@pytest.mark.parametrize("count", [50, 100])
@pytest.mark.parametrize("has_totals", [True, False])
def test_changes_end_after_a_full_last_page(
    wordpress: FakeWordPress, source: WordPressSource, server: Fake, count: int, *, has_totals: bool
) -> None:
    for number in range(1, count + 1):
        wordpress.add(number, f"Piece {number}", modified_gmt="2026-03-05T10:00:00")
    if not has_totals:
        remove_totals(server)
    changed = list(source.changes("2026-03-05T10:00:00|"))
    assert {piece.source_id for piece in changed} == {str(number) for number in range(1, count + 1)}
    pages = [request for request in server.requests if "modified_after" in request.query]
    assert len(pages) == count // 50 + (not has_totals), "WordPress says how many pages there are"


def test_another_error_on_a_later_page_of_changes_is_an_error(
    wordpress: FakeWordPress, source: WordPressSource, server: Fake
) -> None:
    for number in range(1, 61):
        wordpress.add(number, f"Piece {number}", modified_gmt="2026-03-05T10:00:00")
    honest, wrong = server.answer, as_json({"code": "rest_no_route", "message": "No route"}, "400 Bad Request")
    server.answer = lambda request: wrong if request.query.get("page") == "2" else honest(request)
    with pytest.raises(Refused):
        list(source.changes("2026-03-05T10:00:00|"))


def test_changes_continue_from_the_cursor(wordpress: FakeWordPress, source: WordPressSource) -> None:
    for number in range(1, 61):
        wordpress.add(number, f"Piece {number}", modified_gmt="2026-02-01T00:00:00")
    present = source.current_cursor()
    for number in range(1, 56):
        wordpress.posts[number]["modified_gmt"] = "2026-03-05T10:00:00"
    changed = list(source.changes(present))
    assert {piece.source_id for piece in changed} >= {str(number) for number in range(1, 56)}
    assert max(piece.cursor for piece in changed).partition("|")[0] == "2026-03-05T10:00:00"


def test_a_new_post_with_a_date_in_the_past_is_a_change(wordpress: FakeWordPress, source: WordPressSource) -> None:
    wordpress.add(1, "Old", modified_gmt="2026-03-05T10:00:00")
    present = source.current_cursor()
    wordpress.add(2, "New", date_gmt="2019-01-01T00:00:00", modified_gmt="2019-01-01T00:00:00")
    assert "New" in titles(source, present)


def test_a_scheduled_post_does_not_move_the_cursor_into_the_future(
    wordpress: FakeWordPress, editor: WordPressSource
) -> None:
    wordpress.add(1, "Old", modified_gmt="2026-03-05T10:00:00")
    wordpress.add(2, "To come", status="future", date_gmt="2099-01-01T00:00:00", modified_gmt="2099-01-01T00:00:00")
    assert editor.current_cursor() == "2026-03-05T10:00:00|2000-01-01T00:00:00"
    changed = list(editor.changes(editor.current_cursor()))
    assert "To come" in [piece.load().title for piece in changed]
    assert max(piece.cursor for piece in changed).partition("|")[0] == "2026-03-05T10:00:00"
    before = {piece.source_id: piece.revision for piece in editor.listing()}
    wordpress.posts[2]["content"] = {"rendered": "<p>Better.</p>", "protected": False}
    after = {piece.source_id: piece.revision for piece in editor.listing()}
    assert before["1"] == after["1"]
    assert before["2"] != after["2"], "its time does not change when it is edited"


def test_drafts_need_a_login(wordpress: FakeWordPress, source: WordPressSource, editor: WordPressSource) -> None:
    wordpress.add(1, "Public")
    wordpress.add(2, "Draft", status="draft", slug="")
    wordpress.add(3, "Private", status="private")
    assert [piece.load().title for piece in source.listing()] == ["Public"]
    assert source.find("2") is None
    assert [(piece.load().slug, piece.load().is_draft) for piece in editor.listing()] == [
        ("draft", True), ("public", False),
    ]  # fmt: skip
    assert editor.find("3") is None
    assert any("drafts" in text for text in source.limitations)
    assert not any("drafts" in text for text in editor.limitations)


def test_a_post_with_a_password_is_not_published(wordpress: FakeWordPress, source: WordPressSource) -> None:
    wordpress.add(1, "Secret", content={"rendered": "", "protected": True})
    [listed] = source.listing()
    assert listed.load().is_draft
    assert "password" in listed.load().notes[0].what


def test_a_wrong_login_is_an_error(wordpress: FakeWordPress, server: Fake) -> None:
    source = WordPressSource(server.url, "ada:wrong", LIMITS)
    with pytest.raises(BadLogin, match="BLOG_SOURCE_ADMIN_KEY") as caught:
        list(source.listing())
    assert "wrong" not in str(caught.value)
    source.close()


def test_without_permalinks_the_other_api_address_is_used(
    wordpress: FakeWordPress, source: WordPressSource, server: Fake
) -> None:
    wordpress.has_permalinks = False
    wordpress.add(1, "Public")
    assert [piece.load().title for piece in source.listing()] == ["Public"]
    assert len(server.requests) == 3, "it is looked for once"


def test_a_site_that_is_not_wordpress_is_an_error(source: WordPressSource, server: Fake) -> None:
    server.answer = lambda _: http("<html>A shop</html>", Content_Type="text/html")
    with pytest.raises(Garbled, match="without JSON"):
        list(source.listing())
    server.answer = lambda _: as_json({"shop": True})
    with pytest.raises(SourceUnavailable, match="is not from WordPress"):
        list(source.listing())


@pytest.mark.parametrize("cursor", ["page 7", "0001-01-01T00:00:00|"])
def test_a_cursor_that_is_not_a_time_has_expired(source: WordPressSource, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        list(source.changes(cursor))


def test_a_post_that_only_editors_see_is_not_published(wordpress: FakeWordPress, editor: WordPressSource) -> None:
    wordpress.add(1, "Public", only_editors="<p>Hello, editor.</p>")
    found = editor.find("1")
    assert found is not None
    for piece in (found, *editor.listing(), *editor.changes(editor.current_cursor())):
        assert piece.load().body == "<p>About Public.</p>\n"


def test_a_scheduled_post_is_a_draft_until_a_visitor_can_read_it(
    wordpress: FakeWordPress, editor: WordPressSource
) -> None:
    wordpress.add(1, "To come", status="future", only_editors="<p>Hello, editor.</p>")
    [listed] = editor.listing()
    assert listed.load().is_draft
    assert list(editor.visible_ids()) == []
    wordpress.posts[1]["status"] = "publish"
    [listed] = editor.listing()
    assert (listed.load().is_draft, listed.load().body) == (False, "<p>About To come.</p>\n")


SILENT_CHANGES: dict[str, object] = {
    "content": {"rendered": "", "protected": True},
    "slug": "other",
    "_embedded": {"author": [{"name": "Bea Brown"}], "wp:term": [[], []]},
    "yoast_head_json": {"title": "Other"},
}


@pytest.mark.parametrize("field", SILENT_CHANGES)
def test_a_revision_changes_even_if_the_time_does_not(
    wordpress: FakeWordPress, source: WordPressSource, field: str
) -> None:
    wordpress.add(1, "Public")
    [before] = source.listing()
    wordpress.posts[1][field] = SILENT_CHANGES[field]
    [after] = source.listing()
    found = source.find("1")
    assert found is not None
    assert before.revision != after.revision == found.revision


def test_public_posts_are_listed_without_their_texts(
    wordpress: FakeWordPress, editor: WordPressSource, server: Fake
) -> None:
    wordpress.add(1, "Public")
    wordpress.add(2, "Draft", status="draft")
    wordpress.add(3, "Protected", content={"rendered": "", "protected": True})
    assert list(editor.visible_ids()) == ["1"]
    [request] = server.requests
    assert request.query["_fields"] == "id,content.protected"
    assert "authorization" not in request.headers


FOREIGN_REFUSALS = {
    "a proxy": http("<h1>Not found</h1>", "404 Not Found", Content_Type="text/html"),
    "another route": as_json({"code": "rest_no_route", "message": "No route was found"}, "404 Not Found"),
    "a plugin": as_json({"code": "rest_cannot_access", "message": "Only for members"}, "401 Unauthorized"),
    "a closed API": as_json({"code": "rest_forbidden", "message": "Sign in first."}, "401 Unauthorized"),
}


@pytest.mark.parametrize("kind", FOREIGN_REFUSALS)
def test_only_wordpress_s_own_404_means_that_a_post_is_deleted(
    wordpress: FakeWordPress, source: WordPressSource, server: Fake, kind: str
) -> None:
    wordpress.add(1, "Trashed", status="trash")
    assert source.find("1") is None
    assert source.find("2") is None
    server.answer = lambda _: FOREIGN_REFUSALS[kind]
    with pytest.raises(Refused):
        source.find("1")


def test_a_wrong_login_deletes_no_draft(wordpress: FakeWordPress, server: Fake) -> None:
    wordpress.add(1, "Draft", status="draft")
    source = WordPressSource(server.url, "ada:wrong", LIMITS)
    with pytest.raises(BadLogin):
        source.find("1")
    source.close()
