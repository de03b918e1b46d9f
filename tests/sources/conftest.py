"""Fixtures: a shop and its sources; the schemas are read once for all tests."""

from collections.abc import Iterator

import pytest

from blog.fetch.limits import Limits
from blog.sources.shopify.source import ShopifySource
from tests.sources.fake_shopify import ADMIN_TOKEN, FakeShop, Schemas, fake_shop
from tests.support.fakes import Fake
from tests.support.shopify_schemas import admin_schema, storefront_schema

LIMITS = Limits(tries=3, first_wait=0.01)


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    return Schemas(admin_schema(), storefront_schema())


@pytest.fixture
def shop_peer(schemas: Schemas) -> Iterator[tuple[FakeShop, Fake]]:
    with fake_shop(schemas) as peer:
        yield peer


@pytest.fixture
def shop(shop_peer: tuple[FakeShop, Fake]) -> FakeShop:
    return shop_peer[0]


@pytest.fixture
def shop_server(shop_peer: tuple[FakeShop, Fake]) -> Fake:
    return shop_peer[1]


@pytest.fixture
def storefront(shop_server: Fake) -> Iterator[ShopifySource]:
    source = ShopifySource(shop_server.url, None, None, LIMITS)
    yield source
    source.close()


@pytest.fixture
def admin(shop_server: Fake) -> Iterator[ShopifySource]:
    source = ShopifySource(shop_server.url, None, ADMIN_TOKEN, LIMITS)
    yield source
    source.close()


@pytest.fixture(params=["storefront", "admin"])
def shopify(request: pytest.FixtureRequest) -> ShopifySource:
    """A source of each kind in turn."""
    source: ShopifySource = request.getfixturevalue(request.param)
    return source
