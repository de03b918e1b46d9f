"""Shopify's own GraphQL schemas, as its npm packages ship them; ``tests/prepare`` fetches them."""

import gzip
import json
from pathlib import Path

from graphql import GraphQLSchema, build_client_schema

from blog.sources.shopify.graphql import VERSION
from tests.support.requirements import unavailable

FOLDER = Path(__file__).resolve().parents[2] / ".venv" / "shopify-schemas"


def admin_schema() -> GraphQLSchema:
    """The Admin API's; reading its 10 MB takes about half a second."""
    return _schema(f"admin-{VERSION}.json.gz")


def storefront_schema() -> GraphQLSchema:
    """The Storefront API's, of 1 MB."""
    return _schema(f"storefront-{VERSION}.json")


def _schema(name: str) -> GraphQLSchema:
    try:
        content = (FOLDER / name).read_bytes()
    except OSError:
        unavailable(f"Shopify's schema {name} is missing: run tests/prepare")
    told = json.loads(gzip.decompress(content) if name.endswith(".gz") else content)
    told = told.get("data", told)
    # graphql-core executes no schema that has this directive, even where no query uses it.
    told["__schema"]["directives"] = [one for one in told["__schema"]["directives"] if one["name"] != "defer"]
    # Shopify's schemas deprecate fields that their interfaces do not, which the specification forbids since 2025.
    return build_client_schema(told, assume_valid=True)
