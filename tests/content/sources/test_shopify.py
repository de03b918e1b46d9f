"""Shopify as a source: what is asked, and what becomes of the answers."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import parse, validate

from blog.content.document import CommentPolicy, InvalidDocument
from blog.content.http import Gone, Limits
from blog.content.http.failures import ServerFailed, Unauthorised
from blog.content.sources import CursorExpired, SourceUnavailable, shopify_queries
from blog.content.sources.shopify import ShopifySource
from blog.content.sources.shopify_api import AccessDenied, InvalidCursor, NotUnderstood, Throttled
from tests.conftest import unavailable
from tests.content.sources.fake_shopify import ADMIN_TOKEN, NOW, STOREFRONT_TOKEN, FakeShop, Schemas, fake_shop
from tests.fakes import Fake, Request, as_json, http
from tests.shopify_schemas import SchemaMissing, admin_schema, storefront_schema

LIMITS = Limits(tries=3, first_wait=0.01)
ARTICLE = "gid://shopify/Article/"


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    try:
        return Schemas(admin_schema(), storefront_schema())
    except SchemaMissing as error:
        unavailable(str(error))


@pytest.fixture
def peer(schemas: Schemas) -> Iterator[tuple[FakeShop, Fake]]:
    with fake_shop(schemas) as peer:
        yield peer


@pytest.fixture
def shop(peer: tuple[FakeShop, Fake]) -> FakeShop:
    return peer[0]


@pytest.fixture
def server(peer: tuple[FakeShop, Fake]) -> Fake:
    return peer[1]


@pytest.fixture
def storefront(server: Fake) -> Iterator[ShopifySource]:
    source = ShopifySource(server.url, None, None, LIMITS)
    yield source
    source.close()


@pytest.fixture
def admin(server: Fake) -> Iterator[ShopifySource]:
    source = ShopifySource(server.url, None, ADMIN_TOKEN, LIMITS)
    yield source
    source.close()


@pytest.fixture(params=["storefront", "admin"])
def source(request: pytest.FixtureRequest) -> ShopifySource:
    """A source of each kind in turn."""
    source: ShopifySource = request.getfixturevalue(request.param)
    return source


def asked(request: Request) -> Any:  # noqa: ANN401
    return json.loads(request.body)


def titles(source: ShopifySource, cursor: str) -> list[str]:
    return [piece.load().title for piece in source.changes(cursor)]


@pytest.mark.parametrize(
    ("api", "query"),
    [
        ("admin", shopify_queries.OLDEST_BLOG),
        ("admin", shopify_queries.ADMIN.articles),
        ("admin", shopify_queries.ADMIN.by_ids),
        ("admin", shopify_queries.REDIRECTS),
        ("storefront", shopify_queries.OLDEST_BLOG),
        ("storefront", shopify_queries.STOREFRONT.articles),
        ("storefront", shopify_queries.STOREFRONT.by_ids),
    ],
)
def test_every_question_is_one_that_shopify_understands(schemas: Schemas, api: str, query: str) -> None:
    assert validate(getattr(schemas, api), parse(query)) == []


def test_an_article_becomes_a_document_by_either_api(shop: FakeShop, source: ShopifySource) -> None:
    shop.add(
        7, "On  Tea", handle="on-tea", summary="<p>Short &amp; good.</p>", tags=["Green tea", "Café"],
        image={"url": "https://cdn.shopify.com/s/files/1/cup.png?v=1", "altText": "A cup"},
        metafields={"title_tag": "Tea", "description_tag": "All of it"}, author={"name": "Zoë Lind"},
    )  # fmt: skip
    [listed] = source.listing()
    tea = listed.load()
    assert (tea.source_id, tea.slug, tea.title) == (f"{ARTICLE}000000000007", "on-tea", "On Tea")
    assert (tea.body, tea.excerpt) == ("<p>About On  Tea.</p>", "Short & good.")
    assert (tea.tags, tea.authors) == (("Green tea", "Café"), ("Zoë Lind",))
    assert (tea.image, tea.image_alt) == ("https://cdn.shopify.com/s/files/1/cup.png?v=1", "A cup")
    assert tea.published_at == tea.updated_at == datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
    assert (tea.seo_title, tea.seo_description) == ("Tea", "All of it")
    assert tea.former_urls == ("/blogs/news/on-tea",)
    assert tea.comments is None
    assert not tea.is_draft


def test_an_article_of_which_little_is_told(shop: FakeShop, source: ShopifySource) -> None:
    shop.add(1, "Tea", author=None)
    [listed] = source.listing()
    tea = listed.load()
    assert (tea.excerpt, tea.tags, tea.authors, tea.image, tea.image_alt) == ("", (), (), None, "")
    assert (tea.seo_title, tea.seo_description) == ("", "")


def test_only_the_admin_api_tells_when_an_article_changed(
    shop: FakeShop, storefront: ShopifySource, admin: ShopifySource
) -> None:
    shop.add(1, "Tea", updatedAt="2026-03-02T08:00:00Z")
    [told], [guessed] = admin.listing(), storefront.listing()
    assert told.load().updated_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert guessed.load().updated_at == guessed.load().published_at
    assert told.source_id == guessed.source_id, "with a token or without one, it is the same article"


def test_all_articles_are_listed_page_by_page(shop: FakeShop, source: ShopifySource, server: Fake) -> None:
    for number in range(120):
        shop.add(number, f"Piece {number}")
    assert [piece.source_id for piece in source.listing()] == sorted(shop.articles)
    assert len(server.requests) == 3


def test_a_page_of_the_admin_api_is_read_when_it_is_wanted_and_once(
    shop: FakeShop, admin: ShopifySource, server: Fake
) -> None:
    for number in range(120):
        shop.add(number, f"Piece {number}")
    listed = list(admin.listing())
    assert all("body" not in asked(request)["query"] for request in server.requests)
    assert (listed[60].load().title, listed[61].load().title) == ("Piece 60", "Piece 61")
    assert len(server.requests) == 5, "three pages in brief, one of them whole, and its redirects"


def test_an_article_that_is_gone_when_it_is_wanted_is_rejected(shop: FakeShop, admin: ShopifySource) -> None:
    gone = shop.add(1, "Tea")
    [listed] = admin.listing()
    del shop.articles[gone]
    with pytest.raises(InvalidDocument, match="did not have it"):
        listed.load()


def test_a_revision_changes_with_whatever_changes_the_document(shop: FakeShop, source: ShopifySource) -> None:
    id_ = shop.add(1, "Tea")
    [before] = source.listing()
    [same] = source.listing()
    assert before.revision == same.revision
    shop.articles[id_] |= {"title": "Green tea", "updatedAt": "2026-03-02T08:00:00Z"}
    [after] = source.listing()
    assert after.revision != before.revision
    shop.blogs[0]["handle"] = "notes"
    [moved] = source.listing()
    assert moved.revision != after.revision


def test_an_article_has_one_revision_however_it_is_asked_for(shop: FakeShop, source: ShopifySource) -> None:
    id_ = shop.add(1, "Tea")
    shop.redirect("/tea", "/blogs/news/tea")
    [listed], [changed], found = source.listing(), source.changes("2026-01-01T00:00:00Z"), source.find(id_)
    assert found is not None
    assert listed.revision == changed.revision == found.revision
    assert listed.load() == changed.load() == found.load()


def test_changes_are_found_through_many_of_one_second(shop: FakeShop, source: ShopifySource) -> None:
    shop.add(1, "Old")
    for number in range(2, 130):
        shop.add(number, f"Piece {number}", updatedAt="2026-03-05T12:00:00Z")
    shop.add(130, "Last", updatedAt="2026-03-05T12:00:01Z")
    changed = list(source.changes("2026-03-05T11:59:00Z"))
    assert len({piece.source_id for piece in changed}) == len(changed) == 129
    assert changed[-1].load().title == "Last"


def test_the_cursor_is_the_time_by_shopifys_clock(shop: FakeShop, source: ShopifySource, server: Fake) -> None:
    shop.add(1, "Old")
    present = source.present()
    assert present == "2026-03-05T12:00:00Z"
    assert titles(source, present) == []
    shop.add(2, "Found late", updatedAt="2026-03-05T11:58:30Z")
    shop.add(3, "New", updatedAt="2026-03-05T12:00:00Z")
    first, last = source.changes(present)
    assert (first.load().title, first.cursor) == ("Found late", "")
    assert (last.load().title, last.cursor) == ("New", present)


def test_without_a_clock_of_shopifys_ours_is_taken(source: ShopifySource, server: Fake, shop: FakeShop) -> None:
    server.answer = lambda request: shop.answer(request).replace(f"Date: {NOW}\r\n".encode(), b"")
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= datetime.fromisoformat(source.present()) <= datetime.now(UTC)


@pytest.mark.parametrize("cursor", ["page 7", "", "0001-01-01T00:00:00Z"])
def test_a_cursor_that_is_no_time_has_expired(source: ShopifySource, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        list(source.changes(cursor))


def test_an_empty_shop(source: ShopifySource, shop: FakeShop) -> None:
    shop.blogs.clear()
    assert list(source.listing()) == []
    assert list(source.changes(source.present())) == []


def test_drafts_take_an_admin_token(shop: FakeShop, storefront: ShopifySource, admin: ShopifySource) -> None:
    shop.add(1, "Public")
    draft = shop.add(2, "Draft", isPublished=False, publishedAt=None)
    shop.add(3, "Planned", isPublished=False, publishedAt="2099-01-01T00:00:00Z")
    shop.add(4, "Hidden", isPublished=False)
    assert [piece.load().title for piece in storefront.listing()] == ["Public"]
    assert storefront.find(draft) is None
    assert {piece.load().title: piece.load().is_draft for piece in admin.listing()} == {
        "Public": False, "Draft": True, "Planned": False, "Hidden": True,
    }  # fmt: skip
    found = admin.find(draft)
    assert found is not None
    assert found.load().is_draft
    assert any("drafts" in gap for gap in storefront.gaps)
    assert not any("drafts" in gap for gap in admin.gaps)


@pytest.mark.parametrize("source_id", [f"{ARTICLE}999", "gid://shopify/Blog/1", "7", ""])
def test_what_is_no_article_of_the_shop_is_not_found(shop: FakeShop, source: ShopifySource, source_id: str) -> None:
    shop.add(7, "Tea")
    assert source.find(source_id) is None


def test_articles_of_two_blogs_may_share_a_handle(shop: FakeShop, source: ShopifySource) -> None:
    recipes = shop.add_blog("recipes")
    shop.add(1, "Tea", blog=recipes)
    shop.add(2, "Tea")
    documents = [piece.load() for piece in source.listing()]
    assert [tea.slug for tea in documents] == ["recipes-tea", "tea"], "only the oldest blog’s handles stand alone"
    assert [tea.former_urls for tea in documents] == [("/blogs/recipes/tea",), ("/blogs/news/tea",)]


@pytest.mark.parametrize(
    ("handle", "slug"), [("on_tea", "on_tea"), ("on--tea-", "on-tea"), ("お茶", "お茶"), ("a" * 255, "a" * 200)]
)
def test_any_handle_becomes_a_slug(shop: FakeShop, source: ShopifySource, handle: str, slug: str) -> None:
    shop.add(1, "Tea", handle=handle)
    [listed] = source.listing()
    assert listed.load().slug == slug


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("CLOSED", CommentPolicy.CLOSED), ("MODERATED", CommentPolicy.MODERATED), ("AUTO_PUBLISHED", None)],
)
def test_the_blogs_comment_policy(
    shop: FakeShop, admin: ShopifySource, policy: str, expected: CommentPolicy | None
) -> None:
    shop.add(1, "Tea")
    [before] = admin.listing()
    shop.blogs[0]["commentPolicy"] = policy
    [after] = admin.listing()
    assert after.load().comments is expected
    assert (after.revision == before.revision) == (policy == "AUTO_PUBLISHED")


def test_redirects_lead_on_through_each_rename(shop: FakeShop, admin: ShopifySource) -> None:
    shop.add(1, "Tea", handle="green-tea")
    shop.add(2, "Green tea party")
    shop.redirect("/blogs/news/tea", "/blogs/news/green-tea")
    shop.redirect("/blogs/news/chai", "/blogs/news/tea")
    shop.redirect("/blogs/news/green-tea", "/blogs/news/chai")
    shop.redirect("/party", "/blogs/news/green-tea-party")
    shop.redirect("/pages/tea", "https://elsewhere.example/blogs/news/green-tea")
    former = [piece.load().former_urls for piece in admin.listing()]
    assert former == [
        ("/blogs/news/green-tea", "/blogs/news/tea", "/blogs/news/chai"),
        ("/blogs/news/green-tea-party", "/party"),
    ]


def test_a_redirect_that_can_be_no_address_here_costs_itself_only(shop: FakeShop, admin: ShopifySource) -> None:
    shop.add(1, "お茶", handle="お茶")
    shop.redirect("/old page", "/blogs/news/お茶")
    shop.redirect("/blogs/news/cha?view=amp", "/blogs/news/お茶")
    shop.redirect("/%00", "/blogs/news/お茶")
    shop.redirect("/ocha", "/blogs/news/%E3%81%8A%E8%8C%B6")
    [listed] = admin.listing()
    assert listed.load().former_urls == ("/blogs/news/お茶", "/ocha")


def test_hundreds_of_redirects_are_read_page_by_page(shop: FakeShop, admin: ShopifySource, server: Fake) -> None:
    shop.add(1, "Tea")
    for number in range(300):
        shop.redirect(f"/{number}", "/blogs/news/tea")
    [listed] = admin.listing()
    assert len(listed.load().former_urls) == 50, "as many as a document takes"
    pages = [asked(request)["variables"] for request in server.requests if b"urlRedirects" in request.body]
    assert sum(page["after"] is not None for page in pages) == 1


def test_articles_go_in_without_the_scope_that_shows_redirects(shop: FakeShop, admin: ShopifySource) -> None:
    shop.admin_scopes = {"read_online_store_pages"}
    shop.add(1, "Tea")
    shop.redirect("/old", "/blogs/news/tea")
    [listed] = admin.listing()
    assert listed.load().former_urls == ("/blogs/news/tea",)
    assert any("read_online_store_navigation" in gap for gap in admin.gaps)


def test_with_both_tokens_the_admin_api_is_asked_alone(shop: FakeShop, server: Fake) -> None:
    shop.add(1, "Tea")
    source = ShopifySource(server.url, STOREFRONT_TOKEN, ADMIN_TOKEN, LIMITS)
    assert [piece.load().title for piece in source.listing()] == ["Tea"]
    assert {request.path.split("/")[1] for request in server.requests} == {"admin"}
    assert all("x-shopify-storefront-access-token" not in request.headers for request in server.requests)
    source.close()


def test_the_storefront_is_asked_with_its_token(shop: FakeShop, server: Fake) -> None:
    source = ShopifySource(server.url, STOREFRONT_TOKEN, None, LIMITS)
    assert list(source.listing()) == []
    assert server.requests[0].headers["x-shopify-storefront-access-token"] == STOREFRONT_TOKEN
    source.close()


@pytest.mark.parametrize(
    ("key", "admin_key"), [("a-wrong-token-of-somebody", None), (None, "a-wrong-token-of-somebody")]
)
def test_a_wrong_token_is_told_without_saying_it(server: Fake, key: str | None, admin_key: str | None) -> None:
    source = ShopifySource(server.url, key, admin_key, LIMITS)
    with pytest.raises(Unauthorised, match="Invalid API key") as caught:
        list(source.listing())
    assert "a-wrong-token" not in str(caught.value)
    assert "BLOG_SOURCE_KEY" in str(caught.value)
    source.close()


def test_a_token_without_the_scope_is_told_which(
    shop: FakeShop, storefront: ShopifySource, admin: ShopifySource
) -> None:
    shop.admin_scopes = shop.storefront_scopes = set()
    with pytest.raises(AccessDenied, match=r"read_content or read_online_store_pages.* into BLOG_SOURCE_ADMIN_KEY"):
        list(admin.listing())
    with pytest.raises(AccessDenied, match=r"unauthenticated_read_content.* into BLOG_SOURCE_KEY"):
        storefront.present()


def test_a_denial_that_names_no_scope(admin: ShopifySource, server: Fake) -> None:
    server.answer = lambda _: as_json({"errors": [{"message": "No", "extensions": {"code": "ACCESS_DENIED"}}]})
    with pytest.raises(AccessDenied, match="read_content"):
        admin.present()


def test_a_shop_that_does_not_exist(server: Fake) -> None:
    source = ShopifySource(f"{server.url}/nowhere", None, None, LIMITS)
    with pytest.raises(Gone, match="“Not Found”"):
        list(source.listing())
    source.close()


def test_patience_is_had_where_shopify_asks_for_it(shop: FakeShop, source: ShopifySource, server: Fake) -> None:
    shop.add(1, "Tea")
    shop.throttled = 2
    assert len(list(source.listing())) == 1
    assert len(server.requests) == 3


def test_patience_ends(shop: FakeShop, source: ShopifySource, server: Fake) -> None:
    shop.throttled = 99
    with pytest.raises(Throttled, match=r"too much in a short time\. It is tried again at the next sync"):
        list(source.listing())
    assert len(server.requests) == LIMITS.tries


def test_no_pause_is_longer_than_allowed(source: ShopifySource, server: Fake) -> None:
    status = {"currentlyAvailable": 0, "restoreRate": 0.5}
    refusal = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {"requestedQueryCost": 1000, "throttleStatus": status}},
    }
    server.answer = lambda _: as_json(refusal)
    with pytest.raises(Throttled):
        source.present()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ({"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}, ServerFailed),
        ({"message": "", "extensions": {"code": "UNAUTHORIZED"}}, Unauthorised),
        ({"message": "Field 'tea' doesn't exist on type 'Article'"}, NotUnderstood),
        ({"message": "Query cost is 1112", "extensions": {"code": "MAX_COST_EXCEEDED"}}, NotUnderstood),
    ],
)
def test_an_error_of_shopifys_is_one_line(
    source: ShopifySource, server: Fake, error: object, failure: type[SourceUnavailable]
) -> None:
    server.answer = lambda _: as_json({"data": None, "errors": [error]})
    with pytest.raises(failure) as caught:
        list(source.listing())
    assert str(caught.value).startswith(server.url)
    assert "\n" not in str(caught.value)


def test_a_place_that_shopify_no_longer_knows(shop: FakeShop, source: ShopifySource, server: Fake) -> None:
    for number in range(60):
        shop.add(number, f"Piece {number}")

    def forgetful(request: Request) -> bytes:
        content = asked(request)
        if content["variables"]["after"]:
            content["variables"]["after"] = "bm90aGluZw=="
        return shop.answer(Request("POST", request.path, {}, request.headers, json.dumps(content).encode()))

    server.answer = forgetful
    with pytest.raises(InvalidCursor) as caught:
        list(source.changes("2026-01-01T00:00:00Z"))
    assert isinstance(caught.value, CursorExpired), "a listing of changes gives way to a whole one"
    assert isinstance(caught.value, SourceUnavailable), "a whole listing is not complete"


PAGE_INFO = {"hasNextPage": False, "endCursor": None}


@pytest.mark.parametrize(
    "answer",
    [
        [], "tea", {}, {"data": None}, {"data": []}, {"data": {"articles": {}}}, {"errors": "no"}, {"errors": [1]},
        {"data": {"articles": {"nodes": [], "pageInfo": {}}}},
        {"data": {"articles": {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}}},
        {"data": {"articles": {"nodes": [{"id": "7"}], "pageInfo": PAGE_INFO}}},
        {"data": {"articles": {"nodes": [{"id": f"{ARTICLE}7"}], "pageInfo": PAGE_INFO}, "blogs": {"nodes": []}}},
    ],
)  # fmt: skip
def test_an_answer_of_another_shape(source: ShopifySource, server: Fake, answer: object) -> None:
    server.answer = lambda _: as_json(answer)
    with pytest.raises(SourceUnavailable, match="does not answer as Shopify does"):
        list(source.listing())


def test_a_list_that_goes_round_in_a_circle(source: ShopifySource, server: Fake) -> None:
    info = {"hasNextPage": True, "endCursor": "again"}
    server.answer = lambda _: as_json({"data": {"articles": {"nodes": [], "pageInfo": info}}})
    with pytest.raises(SourceUnavailable, match="does not answer as Shopify does"):
        list(source.listing())
    assert len(server.requests) == 2


def test_images_come_from_shopifys_servers(shop: FakeShop, admin: ShopifySource, server: Fake) -> None:
    server.answer = lambda request: http(request.path.encode())
    assert admin.brings("https://cdn.shopify.com/s/files/1/cup.png")
    assert admin.brings("//cdn.shopify.com/s/files/1/cup.png")
    assert not admin.brings("data:image/png;base64,AAAA")
    assert admin.open_image(f"{ARTICLE}1", "/cdn/cup.png") == b"/cdn/cup.png"
    with pytest.raises(ValueError, match="private network"):
        admin.open_image(f"{ARTICLE}1", "http://10.0.0.1/cup.png")
