"""Shopify as a source: its listing and its documents."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from blog.config import CommentPolicy, Settings
from blog.content.documents import InvalidDocument
from blog.sources.base import CursorExpired
from blog.sources.registry import configured_source, source_name
from blog.sources.shopify.source import ShopifySource
from tests.sources.fake_shopify import ADMIN_TOKEN, FakeShop
from tests.support.documents import names
from tests.support.fakes import Fake, http

ARTICLE = "gid://shopify/Article/"


def titles(shopify: ShopifySource, cursor: str) -> list[str]:
    return [piece.load().title for piece in shopify.changes(cursor)]


def test_an_article_becomes_a_document_by_either_api(shop: FakeShop, shopify: ShopifySource) -> None:
    shop.add(
        7, "On  Tea", handle="on-tea", summary="<p>Short &amp; good.</p>", tags=["Green tea", "Café"],
        image={"url": "https://cdn.shopify.com/s/files/1/cup.png?v=1", "altText": "A cup"},
        metafields={"title_tag": "Tea", "description_tag": "All of it"}, author={"name": "Zoë Lind"},
    )  # fmt: skip
    [listed] = shopify.listing()
    tea = listed.load()
    assert (tea.source_id, tea.slug, tea.title) == (f"{ARTICLE}000000000007", "on-tea", "On Tea")
    assert (tea.body, tea.excerpt) == ("<p>About On  Tea.</p>", "Short & good.")
    assert (names(tea.tags), names(tea.authors)) == (("Green tea", "Café"), ("Zoë Lind",))
    assert (tea.image, tea.image_alt) == ("https://cdn.shopify.com/s/files/1/cup.png?v=1", "A cup")
    assert tea.published_at == tea.updated_at == datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
    assert (tea.seo_title, tea.seo_description) == ("Tea", "All of it")
    assert tea.former_urls == ("/blogs/news/on-tea",)
    assert tea.comments is None
    assert not tea.is_draft


def test_an_article_with_few_fields_becomes_a_document(shop: FakeShop, shopify: ShopifySource) -> None:
    shop.add(1, "Tea", author=None)
    [listed] = shopify.listing()
    tea = listed.load()
    assert (tea.excerpt, tea.tags, tea.authors, tea.image, tea.image_alt) == ("", (), (), None, "")
    assert (tea.seo_title, tea.seo_description) == ("", "")


def test_only_the_admin_api_has_the_time_of_the_last_change(
    shop: FakeShop, storefront: ShopifySource, admin: ShopifySource
) -> None:
    shop.add(1, "Tea", updatedAt="2026-03-02T08:00:00Z")
    [exact], [guessed] = admin.listing(), storefront.listing()
    assert exact.load().updated_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert guessed.load().updated_at == guessed.load().published_at
    assert exact.source_id == guessed.source_id, "with a token or without one, it is the same article"


def test_all_articles_are_listed_page_by_page(shop: FakeShop, shopify: ShopifySource, shop_server: Fake) -> None:
    for number in range(120):
        shop.add(number, f"Piece {number}")
    assert [piece.source_id for piece in shopify.listing()] == sorted(shop.articles)
    assert len(shop_server.requests) == 3


def test_a_page_of_the_admin_api_is_read_once_and_only_when_needed(
    shop: FakeShop, admin: ShopifySource, shop_server: Fake
) -> None:
    for number in range(120):
        shop.add(number, f"Piece {number}")
    listed = list(admin.listing())
    assert all("body" not in json.loads(request.body)["query"] for request in shop_server.requests)
    assert (listed[60].load().title, listed[61].load().title) == ("Piece 60", "Piece 61")
    assert len(shop_server.requests) == 5, "three pages in brief, one of them whole, and its redirects"


def test_an_article_that_is_deleted_before_it_is_read_is_rejected(shop: FakeShop, admin: ShopifySource) -> None:
    gone = shop.add(1, "Tea")
    [listed] = admin.listing()
    del shop.articles[gone]
    with pytest.raises(InvalidDocument, match="did not return it"):
        listed.load()


def test_a_revision_changes_when_the_document_changes(shop: FakeShop, shopify: ShopifySource) -> None:
    id_ = shop.add(1, "Tea")
    [before] = shopify.listing()
    [same] = shopify.listing()
    assert before.revision == same.revision
    shop.articles[id_] |= {"title": "Green tea", "updatedAt": "2026-03-02T08:00:00Z"}
    [after] = shopify.listing()
    assert after.revision != before.revision
    shop.blogs[0]["handle"] = "notes"
    [moved] = shopify.listing()
    assert moved.revision != after.revision


def test_an_article_has_the_same_revision_in_every_query(shop: FakeShop, shopify: ShopifySource) -> None:
    id_ = shop.add(1, "Tea")
    shop.redirect("/tea", "/blogs/news/tea")
    [listed], [changed], found = shopify.listing(), shopify.changes("2026-01-01T00:00:00Z"), shopify.find(id_)
    assert found is not None
    assert listed.revision == changed.revision == found.revision
    assert listed.load() == changed.load() == found.load()


def test_changes_are_found_when_many_have_the_same_second(shop: FakeShop, shopify: ShopifySource) -> None:
    shop.add(1, "Old")
    for number in range(2, 130):
        shop.add(number, f"Piece {number}", updatedAt="2026-03-05T12:00:00Z")
    shop.add(130, "Last", updatedAt="2026-03-05T12:00:01Z")
    changed = list(shopify.changes("2026-03-05T11:59:00Z"))
    assert len({piece.source_id for piece in changed}) == len(changed) == 129
    assert changed[-1].load().title == "Last"


def test_the_cursor_is_the_time_by_shopifys_clock(shop: FakeShop, shopify: ShopifySource, shop_server: Fake) -> None:
    shop.add(1, "Old")
    present = shopify.current_cursor()
    assert present == "2026-03-05T12:00:00Z"
    assert titles(shopify, present) == []
    shop.add(2, "Found late", updatedAt="2026-03-05T11:58:30Z")
    shop.add(3, "New", updatedAt="2026-03-05T12:00:00Z")
    first, last = shopify.changes(present)
    assert (first.load().title, first.cursor) == ("Found late", "")
    assert (last.load().title, last.cursor) == ("New", present)


@pytest.mark.parametrize("cursor", ["page 7", "", "0001-01-01T00:00:00Z"])
def test_a_cursor_that_is_not_a_time_has_expired(shopify: ShopifySource, cursor: str) -> None:
    with pytest.raises(CursorExpired):
        list(shopify.changes(cursor))


def test_a_shop_without_articles_gives_no_documents(shopify: ShopifySource, shop: FakeShop) -> None:
    shop.blogs.clear()
    assert list(shopify.listing()) == []
    assert list(shopify.changes(shopify.current_cursor())) == []


def test_drafts_need_an_admin_token(shop: FakeShop, storefront: ShopifySource, admin: ShopifySource) -> None:
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
    assert any("drafts" in gap for gap in storefront.limitations)
    assert not any("drafts" in gap for gap in admin.limitations)


@pytest.mark.parametrize("source_id", [f"{ARTICLE}999", "gid://shopify/Blog/1", "7", ""])
def test_an_id_that_is_not_an_article_of_the_shop_is_not_found(
    shop: FakeShop, shopify: ShopifySource, source_id: str
) -> None:
    shop.add(7, "Tea")
    assert shopify.find(source_id) is None


def test_articles_of_two_blogs_can_have_the_same_handle(shop: FakeShop, shopify: ShopifySource) -> None:
    recipes = shop.add_blog("recipes")
    shop.add(1, "Tea", blog=recipes)
    shop.add(2, "Tea")
    documents = [piece.load() for piece in shopify.listing()]
    assert [tea.slug for tea in documents] == ["recipes-tea", "tea"], "only the oldest blog’s handles stand alone"
    assert [tea.former_urls for tea in documents] == [("/blogs/recipes/tea",), ("/blogs/news/tea",)]


@pytest.mark.parametrize(
    ("handle", "slug"), [("on_tea", "on_tea"), ("on--tea-", "on-tea"), ("お茶", "お茶"), ("a" * 255, "a" * 200)]
)
def test_any_handle_becomes_a_slug(shop: FakeShop, shopify: ShopifySource, handle: str, slug: str) -> None:
    shop.add(1, "Tea", handle=handle)
    [listed] = shopify.listing()
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


def test_images_come_from_shopifys_servers(shop: FakeShop, admin: ShopifySource, shop_server: Fake) -> None:
    shop_server.answer = lambda request: http(request.path.encode())
    assert admin.owns_image("https://cdn.shopify.com/s/files/1/cup.png")
    assert admin.owns_image("//cdn.shopify.com/s/files/1/cup.png")
    assert not admin.owns_image("data:image/png;base64,AAAA")
    assert admin.open_image(f"{ARTICLE}1", "/cdn/cup.png") == b"/cdn/cup.png"
    with pytest.raises(ValueError, match="private network"):
        admin.open_image(f"{ARTICLE}1", "http://10.0.0.1/cup.png")


def test_the_settings_must_name_a_shop(shop: FakeShop, shop_server: Fake, settings: Settings) -> None:
    shop.add(1, "Draft", isPublished=False)
    settings = replace(settings, source=f"shopify:{shop_server.url}", source_admin_key=ADMIN_TOKEN)
    with configured_source(settings) as source:
        assert source.name == source_name(settings)
        assert [piece.load().title for piece in source.listing()] == ["Draft"]
