"""Shopify's APIs: valid queries, tokens, and the ways in which requests fail."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from graphql import parse, validate

from blog.fetch.errors import Gone, ServerFailed, Unauthorised
from blog.sources.base import SourceUnavailable
from blog.sources.shopify import queries
from blog.sources.shopify.graphql import AccessDenied, InvalidCursor, NotUnderstood, Throttled
from blog.sources.shopify.source import ShopifySource
from blog.sync.run import sync, sync_changes
from blog.sync.state import source_state
from tests.sources.conftest import LIMITS
from tests.sources.fake_shopify import ADMIN_TOKEN, NOW, STOREFRONT_TOKEN, FakeShop, Schemas
from tests.support.fakes import Fake, Request, Responder, as_json
from tests.support.rows import live_slugs


@pytest.mark.parametrize(
    ("api", "query"),
    [
        ("admin", queries.OLDEST_BLOG),
        ("admin", queries.ADMIN.articles),
        ("admin", queries.ADMIN.by_ids),
        ("admin", queries.REDIRECTS),
        ("storefront", queries.OLDEST_BLOG),
        ("storefront", queries.STOREFRONT.articles),
        ("storefront", queries.STOREFRONT.by_ids),
    ],
)
def test_every_query_is_valid_in_shopifys_schemas(schemas: Schemas, api: str, query: str) -> None:
    assert validate(getattr(schemas, api), parse(query)) == []


def test_without_shopifys_clock_ours_is_used(shopify: ShopifySource, shop_server: Fake, shop: FakeShop) -> None:
    shop_server.answer = lambda request: shop.answer(request).replace(f"Date: {NOW}\r\n".encode(), b"")
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= datetime.fromisoformat(shopify.current_cursor()) <= datetime.now(UTC)


def test_with_both_tokens_only_the_admin_api_is_used(shop: FakeShop, shop_server: Fake) -> None:
    shop.add(1, "Tea")
    shopify = ShopifySource(shop_server.url, STOREFRONT_TOKEN, ADMIN_TOKEN, LIMITS)
    assert [piece.load().title for piece in shopify.listing()] == ["Tea"]
    assert {request.path.split("/")[1] for request in shop_server.requests} == {"admin"}
    assert all("x-shopify-storefront-access-token" not in request.headers for request in shop_server.requests)
    shopify.close()


def test_the_storefront_api_is_used_with_its_token(shop: FakeShop, shop_server: Fake) -> None:
    shopify = ShopifySource(shop_server.url, STOREFRONT_TOKEN, None, LIMITS)
    assert list(shopify.listing()) == []
    assert shop_server.requests[0].headers["x-shopify-storefront-access-token"] == STOREFRONT_TOKEN
    shopify.close()


@pytest.mark.parametrize(
    ("key", "admin_key"), [("a-wrong-token-of-somebody", None), (None, "a-wrong-token-of-somebody")]
)
def test_a_wrong_token_is_an_error_that_does_not_contain_it(
    shop_server: Fake, key: str | None, admin_key: str | None
) -> None:
    shopify = ShopifySource(shop_server.url, key, admin_key, LIMITS)
    with pytest.raises(Unauthorised, match="Invalid API key") as caught:
        list(shopify.listing())
    assert "a-wrong-token" not in str(caught.value)
    assert "BLOG_SOURCE_KEY" in str(caught.value)
    shopify.close()


def test_the_error_for_a_token_without_a_scope_names_the_scope(
    shop: FakeShop, storefront: ShopifySource, admin: ShopifySource
) -> None:
    shop.admin_scopes = shop.storefront_scopes = set()
    with pytest.raises(AccessDenied, match=r"read_content or read_online_store_pages.* into BLOG_SOURCE_ADMIN_KEY"):
        list(admin.listing())
    with pytest.raises(AccessDenied, match=r"unauthenticated_read_content.* into BLOG_SOURCE_KEY"):
        storefront.current_cursor()


def test_a_denial_without_a_scope_is_an_error(admin: ShopifySource, shop_server: Fake) -> None:
    shop_server.answer = lambda _: as_json({"errors": [{"message": "No", "extensions": {"code": "ACCESS_DENIED"}}]})
    with pytest.raises(AccessDenied, match="read_content"):
        admin.current_cursor()


def test_a_shop_that_does_not_exist(shop_server: Fake) -> None:
    shopify = ShopifySource(f"{shop_server.url}/nowhere", None, None, LIMITS)
    with pytest.raises(Gone, match="“Not Found”"):
        list(shopify.listing())
    shopify.close()


def test_a_throttled_query_waits_and_is_sent_again(shop: FakeShop, shopify: ShopifySource, shop_server: Fake) -> None:
    shop.add(1, "Tea")
    shop.throttled = 2
    assert len(list(shopify.listing())) == 1
    assert len(shop_server.requests) == 3


def test_a_query_that_stays_throttled_is_given_up(shop: FakeShop, shopify: ShopifySource, shop_server: Fake) -> None:
    shop.throttled = 99
    with pytest.raises(Throttled, match=r"too many requests in a short time\. The next sync tries again"):
        list(shopify.listing())
    assert len(shop_server.requests) == LIMITS.tries


def test_no_pause_is_longer_than_allowed(shopify: ShopifySource, shop_server: Fake) -> None:
    status = {"currentlyAvailable": 0, "restoreRate": 0.5}
    refusal = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {"requestedQueryCost": 1000, "throttleStatus": status}},
    }
    shop_server.answer = lambda _: as_json(refusal)
    with pytest.raises(Throttled):
        shopify.current_cursor()
    assert len(shop_server.requests) == 1


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        ({"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}, ServerFailed),
        ({"message": "", "extensions": {"code": "UNAUTHORIZED"}}, Unauthorised),
        ({"message": "Field 'tea' doesn't exist on type 'Article'"}, NotUnderstood),
        ({"message": "Query cost is 1112", "extensions": {"code": "MAX_COST_EXCEEDED"}}, NotUnderstood),
    ],
)
def test_an_error_from_shopify_is_one_line(
    shopify: ShopifySource, shop_server: Fake, error: object, failure: type[SourceUnavailable]
) -> None:
    shop_server.answer = lambda _: as_json({"data": None, "errors": [error]})
    with pytest.raises(failure) as caught:
        list(shopify.listing())
    assert str(caught.value).startswith(shop_server.url)
    assert "\n" not in str(caught.value)


def forgets_places(shop: FakeShop) -> Responder:
    """A shop that has forgotten all cursors."""

    def answer(request: Request) -> bytes:
        content = json.loads(request.body)
        if content["variables"].get("after"):
            content["variables"]["after"] = "bm90aGluZw=="
        return shop.answer(replace(request, body=json.dumps(content).encode()))

    return answer


def test_a_listing_with_an_expired_cursor_is_not_complete(
    shop: FakeShop, shopify: ShopifySource, shop_server: Fake
) -> None:
    for number in range(60):
        shop.add(number, f"Piece {number}")
    shop_server.answer = forgets_places(shop)
    with pytest.raises(InvalidCursor, match="starts again") as caught:
        list(shopify.listing())
    assert isinstance(caught.value, SourceUnavailable)


def test_changes_with_an_expired_cursor_become_a_full_listing(
    app: Flask, shop: FakeShop, admin: ShopifySource, shop_server: Fake
) -> None:
    sync(admin)
    for number in range(60):
        shop.add(number, f"Piece {number}", updatedAt="2026-03-05T12:00:00Z")
    forgetful = forgets_places(shop)
    shop_server.answer = lambda request: (forgetful if b"UPDATED_AT" in request.body else shop.answer)(request)
    sync_changes(admin)
    assert len(live_slugs()) == 60
    assert source_state(admin.name).failure is None


PAGE_INFO = {"hasNextPage": False, "endCursor": None}


@pytest.mark.parametrize(
    "answer",
    [
        [], "tea", {}, {"data": None}, {"data": []}, {"data": {"articles": {}}}, {"errors": "no"}, {"errors": [1]},
        {"data": {"articles": {"nodes": [], "pageInfo": {}}}},
        {"data": {"articles": {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}}},
        {"data": {"articles": {"nodes": [{"id": "7"}], "pageInfo": PAGE_INFO}, "blogs": {"nodes": [{"id": "1"}]}}},
        {"data": {"articles": {"nodes": [{"id": "gid://shopify/Article/7"}], "pageInfo": PAGE_INFO}}},
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_an_error(shopify: ShopifySource, shop_server: Fake, answer: object) -> None:
    shop_server.answer = lambda _: as_json(answer)
    with pytest.raises(SourceUnavailable, match="is not from Shopify"):
        list(shopify.listing())


def test_a_listing_that_repeats_a_page_is_an_error(shopify: ShopifySource, shop_server: Fake) -> None:
    info = {"hasNextPage": True, "endCursor": "again"}
    shop_server.answer = lambda _: as_json({"data": {"articles": {"nodes": [], "pageInfo": info}}})
    with pytest.raises(SourceUnavailable, match="is not from Shopify"):
        list(shopify.listing())
    assert len(shop_server.requests) == 2
