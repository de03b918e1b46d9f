"""Shopify's own GraphQL schemas from its npm packages, which ``tests/prepare`` fetches."""

import gzip
import json
from pathlib import Path

from graphql import GraphQLSchema, build_client_schema

from blog.sources.shopify.graphql import VERSION
from tests.support.requirements import unavailable

FOLDER = Path(__file__).resolve().parents[2] / ".venv" / "shopify-schemas"


def admin_schema() -> GraphQLSchema:
    """The schema of the Admin API. Reading its 10 MB takes about half a second."""
    return _schema(f"admin-{VERSION}.json.gz")


def storefront_schema() -> GraphQLSchema:
    """The schema of the Storefront API, of 1 MB."""
    return _schema(f"storefront-{VERSION}.json")


def _schema(name: str) -> GraphQLSchema:
    try:
        content = (FOLDER / name).read_bytes()
    except OSError:
        unavailable(f"Shopify's schema {name} is missing: run tests/prepare")
    data = json.loads(gzip.decompress(content) if name.endswith(".gz") else content)
    data = data.get("data", data)
    # graphql-core executes no schema with this directive, even if no query uses it.
    data["__schema"]["directives"] = [one for one in data["__schema"]["directives"] if one["name"] != "defer"]
    # Shopify deprecates fields that are not deprecated in their interfaces, which the specification forbids since 2025.
    return build_client_schema(data, assume_valid=True)
