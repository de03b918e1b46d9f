"""Shopify's tokens: permanent ones, those for a day, and the header of each."""

from collections.abc import Iterator

import pytest

from blog.fetch.client import Client
from blog.fetch.errors import FetchError
from blog.fetch.limits import Limits
from blog.sources.base import SourceUnavailable
from blog.sources.shopify import tokens
from blog.sources.shopify.graphql import ADMIN, GraphQLClient
from blog.sources.shopify.source import ShopifySource
from blog.sources.shopify.tokens import ClientCredentials, admin_token
from tests.support.fakes import Fake, Request, as_json, fake

LIMITS = Limits(tries=1)
DAY = 86_399


class FakeTokens:
    """Issues tokens as Shopify does, and answers any query."""

    def __init__(self) -> None:
        self.given = 0
        self.seconds = DAY

    def answer(self, request: Request) -> bytes:
        if request.path != tokens.PATH:
            return as_json({"data": {}})
        if b"client_secret=good" not in request.body:
            return as_json({"error": "invalid_client", "errors": "Oauth error"}, "401 Unauthorized")
        self.given += 1
        return as_json({"access_token": f"token-{self.given}", "scope": "read_content", "expires_in": self.seconds})


@pytest.fixture
def shop() -> FakeTokens:
    return FakeTokens()


@pytest.fixture
def server(shop: FakeTokens, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    monkeypatch.setattr(tokens, "_tokens", {})
    with fake(shop.answer) as server:
        yield server


def ask(server: Fake, key: str) -> None:
    with Client(server.url, limits=LIMITS) as client:
        GraphQLClient(server.url, ADMIN, client, admin_token(server.url, key)).ask("{ shop { id } }")


def sent(server: Fake, header: str) -> list[str | None]:
    return [request.headers.get(header) for request in server.requests if request.path != tokens.PATH]


def test_a_client_id_and_secret_get_a_token_that_is_used_again(shop: FakeTokens, server: Fake) -> None:
    ask(server, "id:good")
    ask(server, "id:good")
    assert sent(server, "x-shopify-access-token") == ["token-1", "token-1"]
    request = server.requests[0]
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert b"grant_type=client_credentials" in request.body


def test_a_token_is_renewed_shortly_before_it_expires(shop: FakeTokens, server: Fake) -> None:
    shop.seconds = tokens.RENEWED_BEFORE_SECONDS
    ask(server, "id:good")
    ask(server, "id:good")
    assert sent(server, "x-shopify-access-token") == ["token-1", "token-2"]


def test_a_wrong_secret_is_refused_without_being_repeated(server: Fake) -> None:
    with pytest.raises(FetchError, match="BLOG_SOURCE_ADMIN_KEY") as caught:
        ask(server, "id:wrong-secret")
    assert "wrong-secret" not in str(caught.value)


def test_an_answer_without_a_token_is_an_error(server: Fake) -> None:
    server.answer = lambda _: as_json({"expires_in": DAY})
    with pytest.raises(SourceUnavailable, match="returned no token"):
        ask(server, "id:good")


def test_a_permanent_token_is_sent_as_it_is(server: Fake) -> None:
    ask(server, "shpat_lasting")
    assert sent(server, "x-shopify-access-token") == ["shpat_lasting"]
    assert not isinstance(admin_token(server.url, "shpat_lasting"), ClientCredentials)


@pytest.mark.parametrize(
    ("key", "header"),
    [("shpat_private", "shopify-storefront-private-token"), ("0f" * 16, "x-shopify-storefront-access-token")],
)
def test_a_private_storefront_token_has_its_own_header(server: Fake, key: str, header: str) -> None:
    source = ShopifySource(server.url, key, None, LIMITS)
    source.current_cursor()
    source.close()
    assert sent(server, header) == [key]
