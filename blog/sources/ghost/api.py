"""Client for Ghost's APIs: https://docs.ghost.org/content-api and https://docs.ghost.org/admin-api.

Listings continue after the last id seen, not by page number, because pages shift when posts change meanwhile.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import OctKey

from blog.content.documents import InvalidDocument
from blog.fetch.client import Client
from blog.fetch.errors import Gone
from blog.fetch.response import FetchResponse
from blog.sources.base import SourceUnavailable
from blog.sources.json_record import Record

PAGE_SIZE = 50
IDS_PAGE_SIZE = 100
"""Ghost's maximum page size."""
TOKEN_SECONDS = 240
"""Ghost accepts a token for at most five minutes."""
NOT_FOUND = "NotFoundError"
"""The error type in Ghost's own 404; a 404 from a proxy does not have it, and must not withdraw an article."""


@dataclass(frozen=True, slots=True)
class AdminKey:
    """An Admin API key: https://docs.ghost.org/admin-api#token-authentication."""

    id: str
    secret: bytes

    def token(self) -> str:
        """A short-lived JSON Web Token (RFC 7519) that authenticates a request."""
        now = int(time.time())
        claims = {"iat": now, "exp": now + TOKEN_SECONDS, "aud": "/admin/"}
        return jwt.encode({"alg": "HS256", "kid": self.id}, claims, OctKey.import_key(self.secret))


class GhostAPI:
    """The posts of the Ghost site at ``url``: a ``key`` that is a string uses the Content API, else the Admin API.

    ``condition``, in Ghost's filter language, restricts every listing.
    """

    def __init__(self, url: str, client: Client, key: str | AdminKey, condition: str, resource: str = "posts") -> None:
        self.is_public = isinstance(key, str)
        self._url = url
        self._resource = resource
        self._client = client
        self._key = key
        self._condition = condition
        self._posts = f"{url}/ghost/api/{'content' if self.is_public else 'admin'}/{resource}/"

    def browse(self, condition: str = "", **query: str | int) -> list[Record]:
        """One page of the posts that also match ``condition``; ``query`` sets the fields, order and page size.

        :raises SourceUnavailable: the response is not from Ghost, or is not a full page.
        """
        # Ghost 6 drops its own filter on the status if our whole filter is in one pair of brackets.
        wanted = "+".join(filter(None, (self._condition, condition)))
        answer = self._ask("", filter=wanted, **query)
        posts = self._read(answer)
        total = self._total(answer)
        # A page that is too short looks like the end of the list, and all posts after it would be withdrawn.
        if len(posts) < min(total, int(query["limit"])):
            raise SourceUnavailable(f"{self._url} returned only {len(posts)} of {total} posts. Nothing was withdrawn.")
        return posts

    def count(self) -> int:
        """How many posts there are."""
        return self._total(self._ask("", filter=self._condition, limit=1, fields="id"))

    def pages(self, condition: str = "", **query: str | int) -> Iterator[list[Record]]:
        """Pages of the posts that match ``condition``, in the order of their ids."""
        last_id = ""
        while True:
            after = f"id:>'{last_id}'" if last_id else ""
            page = self.browse("+".join(filter(None, (condition, after))), limit=IDS_PAGE_SIZE, order="id asc", **query)
            yield page
            if len(page) < IDS_PAGE_SIZE:
                return
            last_id = page[-1].text("id")

    def read(self, post_id: str, **query: str) -> Record | None:
        """One post; ``None`` if Ghost itself says that it does not exist or that the key may not see it.

        :raises FetchError: Ghost did not answer; a “not found” from a proxy in front of Ghost counts as that.
        """
        try:
            posts = self._read(self._ask(f"{post_id}/", **query))
        except Gone as error:
            if _is_not_found(error.body):
                return None
            raise
        if len(posts) != 1 or posts[0].text("id") != post_id:
            raise SourceUnavailable(f"{self._url} returned another post than the one requested.")
        return posts[0]

    def _ask(self, path: str, **query: str | int) -> FetchResponse:
        headers = {"Accept-Version": "v5.0"}
        if isinstance(self._key, AdminKey):
            headers["Authorization"] = f"Ghost {self._key.token()}"
        else:
            query["key"] = self._key
        return self._client.get(f"{self._posts}{path}?{urlencode(query)}", headers=headers)

    def _read(self, answer: FetchResponse) -> list[Record]:
        try:
            record = Record.of(answer.json())
            posts = list(record.records(self._resource))
        except InvalidDocument as error:
            raise SourceUnavailable(
                f"The response of {self._url} is not from Ghost ({error}). Check BLOG_SOURCE."
            ) from error
        if self._resource not in record.fields:
            raise SourceUnavailable(f"The response of {self._url} is not from Ghost (no posts). Check BLOG_SOURCE.")
        return posts

    def _total(self, answer: FetchResponse) -> int:
        """The number of all posts that match, on any page."""
        try:
            return int(Record.of(answer.json()).record("meta").record("pagination").text("total"))
        except (InvalidDocument, ValueError) as error:
            raise SourceUnavailable(
                f"The response of {self._url} is not from Ghost (no number of posts). Check BLOG_SOURCE."
            ) from error


def _is_not_found(body: bytes) -> bool:
    try:
        kinds = {error.text("type") for error in Record.in_body(body).records("errors")}
    except InvalidDocument:
        return False
    return kinds == {NOT_FOUND}
