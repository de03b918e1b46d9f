"""A fake shop on a real socket, which executes all queries on Shopify's own schemas.

What it is not asked in a form that these schemas allow, it refuses as Shopify does.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema, graphql_sync

from tests.support.fakes import Fake, Request, as_json, fake

ADMIN_TOKEN = "shpat_0123456789abcdef0123456789abcdef"
STOREFRONT_TOKEN = "fedcba98765432100123456789abcdef"
NOW = "Thu, 05 Mar 2026 12:00:00 GMT"
PATH = re.compile(r"/(?:(admin)/)?api/\d{4}-\d{2}/graphql\.json")
TERM = re.compile(r"""(\w+):(>=)?(?:'([^']*)'|"([^"]*)")""")
SORTED_BY = {"ID": "id", "UPDATED_AT": "updatedAt"}
Node = dict[str, Any]


@dataclass(frozen=True)
class Schemas:
    """Both of Shopify's schemas."""

    admin: GraphQLSchema
    storefront: GraphQLSchema


class FakeShop:
    """Blogs, articles and redirects; tests change them as a merchant would."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self.blogs: list[Node] = []
        self.articles: dict[str, Node] = {}
        self.redirects: list[Node] = []
        self.admin_scopes = {"read_content", "read_online_store_navigation"}
        self.storefront_scopes = {"unauthenticated_read_content"}
        self.throttled = 0
        """How many more requests are throttled."""
        self.add_blog("news")

    def add_blog(self, handle: str, **fields: object) -> Node:
        id_ = f"gid://shopify/Blog/{len(self.blogs) + 1}"
        self.blogs.append({"id": id_, "handle": handle, "title": handle, "commentPolicy": "AUTO_PUBLISHED"} | fields)
        return self.blogs[-1]

    def add(self, number: int, title: str, *, metafields: dict[str, str] | None = None, **fields: Any) -> str:  # noqa: ANN401
        """Add an article that both APIs show with their own field names."""
        id_, time = f"gid://shopify/Article/{number:012}", f"2026-03-01T12:{number // 60 % 60:02}:{number % 60:02}Z"
        values = {f"global.{key}": {"value": value} for key, value in (metafields or {}).items()}
        article = {
            "__typename": "Article", "id": id_, "title": title, "handle": title.lower().replace(" ", "-"),
            "body": f"<p>About {title}.</p>", "summary": None, "tags": [], "image": None, "blog": self.blogs[0],
            "author": {"name": "Ada Byron"}, "isPublished": True, "publishedAt": time, "createdAt": time,
            "updatedAt": time, "metafield": lambda _info, namespace, key: values.get(f"{namespace}.{key}"),
            "seo": {"title": values.get("global.title_tag", {}).get("value"),
                    "description": values.get("global.description_tag", {}).get("value")},
        } | fields  # fmt: skip
        self.articles[id_] = article | {
            "contentHtml": article["body"], "excerptHtml": article["summary"], "authorV2": article["author"],
        }  # fmt: skip
        return id_

    def redirect(self, path: str, target: str) -> None:
        id_ = f"gid://shopify/UrlRedirect/{len(self.redirects) + 1:06}"
        self.redirects.append({"id": id_, "path": path, "target": target})

    def answer(self, request: Request) -> bytes:
        place = PATH.fullmatch(request.path)
        if place is None or request.method != "POST":
            return as_json({"errors": "Not Found"}, "404 Not Found")
        is_admin = place[1] == "admin"
        if not _has_good_token(request, is_admin=is_admin):
            content = {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}
            return as_json(content, "401 Unauthorized", Date=NOW)
        if self.throttled:
            self.throttled -= 1
            return as_json(_refusal(is_admin=is_admin), Date=NOW)
        asked = json.loads(request.body)
        schema = self.schemas.admin if is_admin else self.schemas.storefront
        result = graphql_sync(schema, asked["query"], self._root(is_admin=is_admin), variable_values=asked["variables"])
        return as_json(result.formatted, Date=NOW)

    def _root(self, *, is_admin: bool) -> Node:
        shown = [article for article in self.articles.values() if is_admin or article["isPublished"]]
        by_id = {article["id"]: article for article in shown}
        content = ("read_content", "read_online_store_pages") if is_admin else ("unauthenticated_read_content",)

        def guarded(nodes: list[Node], *scopes: str) -> Any:  # noqa: ANN401
            def resolve(info: GraphQLResolveInfo[Any], **arguments: Any) -> Node:  # noqa: ANN401
                self._demand(info, scopes)
                return _connection(nodes, **arguments)

            return resolve

        def nodes(info: GraphQLResolveInfo[Any], ids: list[str]) -> list[Node | None]:
            self._demand(info, content)
            return [by_id.get(id_) for id_ in ids]

        return {
            "articles": guarded(shown, *content),
            "blogs": guarded(self.blogs, *content),
            "nodes": nodes,
            "urlRedirects": guarded(self.redirects, "read_online_store_navigation"),
        }

    def _demand(self, info: GraphQLResolveInfo[Any], scopes: tuple[str, ...]) -> None:
        if not (self.admin_scopes | self.storefront_scopes).intersection(scopes):
            needed = f"{', '.join(f'`{scope}`' for scope in scopes)} access scope."
            given = {"code": "ACCESS_DENIED", "requiredAccess": needed}
            raise GraphQLError(
                f"Access denied for {info.field_name} field. Required access: {needed}", extensions=given
            )


@contextmanager
def fake_shop(schemas: Schemas) -> Iterator[tuple[FakeShop, Fake]]:
    shop = FakeShop(schemas)
    with fake(shop.answer) as server:
        yield shop, server


def _has_good_token(request: Request, *, is_admin: bool) -> bool:
    if is_admin:
        return request.headers.get("x-shopify-access-token") == ADMIN_TOKEN
    return request.headers.get("x-shopify-storefront-access-token", STOREFRONT_TOKEN) == STOREFRONT_TOKEN


def _refusal(*, is_admin: bool) -> Node:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 12, "restoreRate": 10_000.0}
    cost = {"requestedQueryCost": 112, "actualQueryCost": None, "throttleStatus": status}
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    return {"errors": [error]} | ({"extensions": {"cost": cost}} if is_admin else {})


def _connection(nodes: list[Node], first: int, after: str | None = None, **arguments: Any) -> Node:  # noqa: ANN401
    """A page of ``nodes``. A cursor is a position in the order, as Shopify's are, not a page number."""
    if first > 250 or arguments.get("reverse"):
        raise GraphQLError("the first 250 are the most, and in their order")
    by = SORTED_BY[arguments.get("sortKey", "ID")]
    found = sorted(
        (node for node in nodes if _matches(node, arguments.get("query"))), key=lambda node: (node[by], node["id"])
    )
    if after is not None:
        place = _place(after, by)
        found = [node for node in found if [node[by], node["id"]] > place]
    page = found[:first]
    end = b64encode(json.dumps({by: [page[-1][by], page[-1]["id"]]}).encode()).decode() if page else None
    return {"nodes": page, "pageInfo": {"hasNextPage": len(found) > first, "endCursor": end}}


def _place(cursor: str, by: str) -> list[str]:
    try:
        place: list[str] = json.loads(b64decode(cursor))[by]
    except (ValueError, KeyError, TypeError) as error:
        raise GraphQLError("Invalid cursor for current pagination sort.") from error
    return place


def _matches(node: Node, query: str | None) -> bool:
    """Shopify's search: https://shopify.dev/docs/api/usage/search-syntax."""
    if query is None:
        return True
    return any(_holds(node, TERM.fullmatch(term)) for term in query.split(" OR "))


def _holds(node: Node, term: re.Match[str] | None) -> bool:
    if term is None:
        raise GraphQLError("The search query is not understood")
    name, comparator, *values = term.groups()
    value = values[0] or values[1]
    if name == "updated_at":
        return bool(node["updatedAt"] >= value) if comparator else bool(node["updatedAt"] == value)
    # A text is found by its beginning, too, so that the caller has to check the result.
    return str(node[name]).startswith(value)
