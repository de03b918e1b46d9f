"""Asking Shopify's GraphQL APIs, whose errors come with a status of 200.

https://shopify.dev/docs/api/admin-graphql, https://shopify.dev/docs/api/storefront and, for the errors,
https://shopify.dev/docs/api/usage/response-codes.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NoReturn

from blog.content.documents import InvalidDocument
from blog.fetch import Client, FetchResponse, Refused
from blog.fetch.errors import ServerFailed, Unauthorised
from blog.sources.base import CursorExpired, SourceUnavailable
from blog.sources.json_record import Record
from blog.sources.shopify.tokens import ClientCredentials

VERSION = "2026-04"
"""Shopify answers to a version for a year at least, and after that as its oldest one does:
https://shopify.dev/docs/api/usage/versioning."""


@dataclass(frozen=True, slots=True)
class API:
    """One of Shopify's APIs: its path, the header and the setting of its token, and a scope that shows articles."""

    path: str
    header: str
    setting: str
    scope: str


ADMIN = API(f"/admin/api/{VERSION}/graphql.json", "X-Shopify-Access-Token", "BLOG_SOURCE_ADMIN_KEY", "read_content")
PRIVATE_PREFIX = "shpat_"
"""How a token begins that must stay on a server; of the Storefront API it has a header of its own."""
STOREFRONT = API(
    f"/api/{VERSION}/graphql.json",
    "X-Shopify-Storefront-Access-Token",
    "BLOG_SOURCE_KEY",
    "unauthenticated_read_content",
)


PRIVATE_STOREFRONT = replace(STOREFRONT, header="Shopify-Storefront-Private-Token")


class AccessDenied(SourceUnavailable):
    """The token is good, and lacks a scope."""


class InvalidCursor(SourceUnavailable, CursorExpired):
    """Shopify does not know the place in a list from which it was asked to go on."""


class Throttled(ServerFailed):
    """Shopify was asked for more than it allows at a time: https://shopify.dev/docs/api/usage/limits."""

    hint = "It is tried again at the next sync."


class NotUnderstood(Refused):
    """Shopify finds a fault in the question itself."""

    hint = "See whether there is a newer version of this blog server: Shopify may have changed."


@dataclass(frozen=True, slots=True)
class Reply:
    """What Shopify answers to one question, and when, by its own clock."""

    data: Record
    moment: datetime

    def page(self, name: str, after: str | None) -> tuple[list[Record], str | None]:
        """The nodes of a connection behind ``after``, and the cursor behind them; ``None`` where nothing follows.

        :raises InvalidDocument: it is not a connection.
        """
        connection = self.data.record(name)
        info = connection.record("pageInfo")
        has_next = info.fields.get("hasNextPage")
        if not isinstance(connection.fields.get("nodes"), list) or not isinstance(has_next, bool):
            raise InvalidDocument(name, "is not a list with its pages")
        end = info.text("endCursor")
        if has_next and end in {"", after}:
            raise InvalidDocument(name, "does not say where it goes on")
        return list(connection.records("nodes")), end if has_next else None


class GraphQLClient:
    """Asks ``api`` of ``shop``, an address without a slash at its end."""

    def __init__(self, shop: str, api: API, client: Client, token: str | ClientCredentials | None = None) -> None:
        self._shop = shop
        self._api = api
        self._client = client
        self._token = token

    def ask(self, query: str, /, **variables: object) -> Reply:
        """The reply to ``query``. Where Shopify asks for patience, it is had, within the client's limits.

        :raises FetchError: there is no reply; the class says why.
        :raises AccessDenied: the token lacks a scope.
        :raises InvalidCursor: the variable ``after`` is not a cursor, or no longer one.
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

        :raises SourceUnavailable: as :meth:`ask` does, or the reply is no such connection.
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
        """Read a reply within the block.

        :raises SourceUnavailable: it has another shape than it should.
        """
        try:
            yield
        except InvalidDocument as error:
            raise SourceUnavailable(f"{self._shop} does not answer as Shopify does ({error}).") from error

    def _check(self, answer: FetchResponse) -> None:
        with self.reading():
            payload = Record.of(answer.json())
            for error in payload.records("errors"):
                self._raise(error, payload, answer)

    def _raise(self, error: Record, payload: Record, answer: FetchResponse) -> NoReturn:
        match error.record("extensions").text("code"):
            case "THROTTLED":
                raise Throttled(answer.url, "was asked too much in a short time", _pause(payload))
            case "INTERNAL_SERVER_ERROR":
                raise ServerFailed(answer.url, "has a fault of its own")
            case "ACCESS_DENIED":
                raise self._denial(error)
            case "UNAUTHORIZED":
                raise Unauthorised(answer.url, answer.status, answer.body)
        if re.search(r"\bcursor\b", error.line("message"), re.IGNORECASE):
            raise InvalidCursor(f"{self._shop} no longer knows where its list was to go on. The next sync begins anew.")
        raise NotUnderstood(answer.url, answer.status, answer.body)

    def _denial(self, error: Record) -> AccessDenied:
        required = error.record("extensions").line("requiredAccess") or error.line("message")
        scopes = " or ".join(re.findall(r"`(\w+)`", required)[:4]) or self._api.scope
        return AccessDenied(
            f"{self._shop} shows this to nobody without the scope {scopes}. Put a token that has it into "
            f"{self._api.setting}."
        )


def _pause(payload: Record) -> float | None:
    """The seconds until the question that was refused can be paid for; ``None`` where Shopify does not say."""
    cost = payload.record("extensions").record("cost")
    status = cost.record("throttleStatus")
    missing = _number(cost, "requestedQueryCost") - _number(status, "currentlyAvailable")
    rate = _number(status, "restoreRate")
    return missing / rate if rate > 0 and missing > 0 else None


def _number(record: Record, name: str) -> float:
    value = record.fields.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _moment(answer: FetchResponse) -> datetime:
    """When Shopify answered; by our own clock where it does not say."""
    try:
        moment = parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
