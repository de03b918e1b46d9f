"""Redirects within a shop become former addresses of its articles."""

import json

from flask.testing import FlaskClient

from blog.sources.shopify.source import ShopifySource
from blog.sync.run import sync
from tests.sources.fake_shopify import FakeShop
from tests.support.fakes import Fake


def test_redirects_follow_each_rename(shop: FakeShop, admin: ShopifySource) -> None:
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


def test_a_redirect_with_an_impossible_address_is_skipped(shop: FakeShop, admin: ShopifySource) -> None:
    shop.add(1, "お茶", handle="お茶")
    shop.redirect("/old page", "/blogs/news/お茶")
    shop.redirect("/blogs/news/cha?view=amp", "/blogs/news/お茶")
    shop.redirect("/%00", "/blogs/news/お茶")
    shop.redirect("/ocha", "/blogs/news/%E3%81%8A%E8%8C%B6")
    [listed] = admin.listing()
    assert listed.load().former_urls == ("/blogs/news/お茶", "/ocha")


def test_hundreds_of_redirects_are_read_page_by_page(shop: FakeShop, admin: ShopifySource, shop_server: Fake) -> None:
    shop.add(1, "Tea")
    for number in range(300):
        shop.redirect(f"/{number}", "/blogs/news/tea")
    [listed] = admin.listing()
    assert len(listed.load().former_urls) == 50, "as many as a document takes"
    pages = [
        json.loads(request.body)["variables"] for request in shop_server.requests if b"urlRedirects" in request.body
    ]
    assert sum(page["after"] is not None for page in pages) == 1


def test_articles_are_stored_without_the_scope_for_redirects(shop: FakeShop, admin: ShopifySource) -> None:
    shop.admin_scopes = {"read_online_store_pages"}
    shop.add(1, "Tea")
    shop.redirect("/old", "/blogs/news/tea")
    [listed] = admin.listing()
    assert listed.load().former_urls == ("/blogs/news/tea",)
    assert any("read_online_store_navigation" in gap for gap in admin.limitations)


def test_an_old_address_redirects_to_the_article(client: FlaskClient, shop: FakeShop, admin: ShopifySource) -> None:
    shop.add(1, "Green tea")
    shop.redirect("/blogs/news/tea", "/blogs/news/green-tea")
    sync(admin)
    for old in ("/blogs/news/green-tea", "/blogs/news/tea"):
        answer = client.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/articles/green-tea")
