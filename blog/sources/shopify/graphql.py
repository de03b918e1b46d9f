"""Client for Shopify's GraphQL APIs, which report errors in the body of a response with status 200.

https://shopify.dev/docs/api/admin-graphql, https://shopify.dev/docs/api/storefront; for the errors:
https://shopify.dev/docs/api/usage/response-codes.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NoReturn

from blog.content.documents import InvalidDocument
from blog.fetch.client import Client
from blog.fetch.errors import Refused, ServerFailed, Unauthorised
from blog.fetch.response import FetchResponse
from blog.http_dates import parse_http_date
from blog.sources.base import CursorExpired, SourceUnavailable
from blog.sources.json_record import Record
from blog.sources.shopify.tokens import ClientCredentials

VERSION = "2026-04"
"""Shopify supports a version for at least a year, and then answers as its oldest supported version:
https://shopify.dev/docs/api/usage/versioning."""


@dataclass(frozen=True, slots=True)
class API:
    """One of Shopify's APIs: its path, the token's header and setting, and the scope needed to read articles."""

    path: str
    header: str
    setting: str
    scope: str


ADMIN = API(f"/admin/api/{VERSION}/graphql.json", "X-Shopify-Access-Token", "BLOG_SOURCE_ADMIN_KEY", "read_content")
PRIVATE_PREFIX = "shpat_"
"""Prefix of private (server-side) tokens; the Storefront API expects them in a header of their own."""
STOREFRONT = API(
    f"/api/{VERSION}/graphql.json",
    "X-Shopify-Storefront-Access-Token",
    "BLOG_SOURCE_KEY",
    "unauthenticated_read_content",
)

PRIVATE_STOREFRONT = replace(STOREFRONT, header="Shopify-Storefront-Private-Token")


class AccessDenied(SourceUnavailable):
    """The token is valid but lacks a scope."""


class InvalidCursor(SourceUnavailable, CursorExpired):
    """Shopify does not accept the cursor of a list."""


class Throttled(ServerFailed):
    """The rate limit is exceeded: https://shopify.dev/docs/api/usage/limits."""

    hint = "The next sync tries again."


class NotUnderstood(Refused):
    """Shopify rejects the query itself."""

    hint = "Shopify may have changed its API. Check whether a newer version of this blog server is available."


@dataclass(frozen=True, slots=True)
class Reply:
    """The data of one response, and its time by Shopify's own clock."""

    data: Record
    moment: datetime

    def page(self, name: str, after: str | None) -> tuple[list[Record], str | None]:
        """The nodes of the connection ``name`` after the cursor ``after``, and the next cursor; ``None`` at the end.

        :raises InvalidDocument: the field is not a connection.
        """
        connection = self.data.record(name)
        info = connection.record("pageInfo")
        has_next = info.fields.get("hasNextPage")
        if not isinstance(connection.fields.get("nodes"), list) or not isinstance(has_next, bool):
            raise InvalidDocument(name, "is not a list with pages")
        end = info.text("endCursor")
        # Without a new cursor, the same page would be asked for again and again.
        if has_next and end in {"", after}:
            raise InvalidDocument(name, "has no cursor for its next page")
        return list(connection.records("nodes")), end if has_next else None


class GraphQLClient:
    """Sends queries to ``api`` of ``shop``, a URL without a trailing slash."""

    def __init__(self, shop: str, api: API, client: Client, token: str | ClientCredentials | None = None) -> None:
        self._shop = shop
        self._api = api
        self._client = client
        self._token = token

    def ask(self, query: str, /, **variables: object) -> Reply:
        """The reply to ``query``. If Shopify asks to wait, the client waits and retries, within its limits.

        :raises FetchError: there is no reply; the class says why.
        :raises AccessDenied: the token lacks a scope.
        :raises InvalidCursor: the variable ``after`` is not a valid cursor, or has expired.
        """
        content = {"query": query, "variables": variables}
        answer = self._client.post(f"{self._shop}{self._api.path}", content, self._check, self._headers())
        with self.reading():
            return Reply(Record.of(answer.json()).record("data"), _moment(answer))

    def _headers(self) -> dict[str, str]:
        token = self._token
        value = token.token(self._client) if isinstance(token, ClientCredentials) else token
        return {self._api.header: value} if value else {}

    def pages(self, name: str, query: str, /, **variables: object) -> Iterator[tuple[Reply, list[Record]]]:
        """The replies to ``query`` for each page of its connection ``name``, with the nodes.

        :raises SourceUnavailable: as in :meth:`ask`, or the reply does not have this connection.
        """
        after = None
        while True:
            reply = self.ask(query, after=after, **variables)
            with self.reading():
                nodes, end = reply.page(name, after)
            yield reply, nodes
            if end is None:
                return
            after = end

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Convert ``InvalidDocument`` errors of the block, which reads a reply.

        :raises SourceUnavailable: the reply does not have the expected shape.
        """
        try:
            yield
        except InvalidDocument as error:
            raise SourceUnavailable(
                f"The response of {self._shop} is not from Shopify ({error}). Check BLOG_SOURCE."
            ) from error

    def _check(self, answer: FetchResponse) -> None:
        with self.reading():
            payload = Record.of(answer.json())
            for error in payload.records("errors"):
                self._raise(error, payload, answer)

    def _raise(self, error: Record, payload: Record, answer: FetchResponse) -> NoReturn:
        match error.record("extensions").text("code"):
            case "THROTTLED":
                raise Throttled(answer.url, "received too many requests in a short time", _pause(payload))
            case "INTERNAL_SERVER_ERROR":
                raise ServerFailed(answer.url, "reports an internal error")
            case "ACCESS_DENIED":
                raise self._denial(error)
            case "UNAUTHORIZED":
                raise Unauthorised(answer.url, answer.status, answer.body)
        # Shopify gives this error no code, only a message.
        if re.search(r"\bcursor\b", error.line("message"), re.IGNORECASE):
            raise InvalidCursor(f"{self._shop} no longer accepts the position in its list. The next sync starts again.")
        raise NotUnderstood(answer.url, answer.status, answer.body)

    def _denial(self, error: Record) -> AccessDenied:
        required = error.record("extensions").line("requiredAccess") or error.line("message")
        scopes = " or ".join(re.findall(r"`(\w+)`", required)[:4]) or self._api.scope
        return AccessDenied(
            f"{self._shop} shows this only to tokens with the scope {scopes}. Put a token that has this scope into "
            f"{self._api.setting}."
        )


def _pause(payload: Record) -> float | None:
    """Seconds until the rate limit allows the refused query; ``None`` if Shopify does not say."""
    cost = payload.record("extensions").record("cost")
    status = cost.record("throttleStatus")
    missing = _number(cost, "requestedQueryCost") - _number(status, "currentlyAvailable")
    rate = _number(status, "restoreRate")
    return missing / rate if rate > 0 and missing > 0 else None


def _number(record: Record, name: str) -> float:
    value = record.fields.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _moment(answer: FetchResponse) -> datetime:
    """The time of the response; our own clock if it has no valid ``Date`` header."""
    return parse_http_date(answer.headers.get("date")) or datetime.now(UTC)
