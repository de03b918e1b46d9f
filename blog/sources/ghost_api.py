"""Asking Ghost for posts: https://docs.ghost.org/content-api and https://docs.ghost.org/admin-api.

A listing goes on from the last id that it saw, never by page number: a page would shift while posts change.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import OctKey

from blog.content.documents import InvalidDocument
from blog.fetch import Client, FetchResponse, Gone
from blog.sources.base import SourceUnavailable
from blog.sources.json_record import Record

PAGE_SIZE = 50
IDS_PAGE_SIZE = 100
"""The most posts that Ghost lists at once."""
TOKEN_SECONDS = 240
"""Ghost takes a token for at most five minutes."""
NOT_FOUND = "NotFoundError"
"""How Ghost itself says that there is no such post; a proxy in front of it would not."""


@dataclass(frozen=True, slots=True)
class AdminKey:
    """An Admin API key: https://docs.ghost.org/admin-api#token-authentication."""

    id: str
    secret: bytes

    def token(self) -> str:
        """A token that signs a request in for the next minutes."""
        now = int(time.time())
        claims = {"iat": now, "exp": now + TOKEN_SECONDS, "aud": "/admin/"}
        return jwt.encode({"alg": "HS256", "kid": self.id}, claims, OctKey.import_key(self.secret))


class GhostAPI:
    """The posts of the Ghost at ``url`` as ``key`` shows them: with a text by the Content API, else by the Admin API.

    ``condition``, in Ghost's filter language, restricts what is listed.
    """

    def __init__(self, url: str, client: Client, key: str | AdminKey, condition: str) -> None:
        self.is_public = isinstance(key, str)
        self._url = url
        self._client = client
        self._key = key
        self._condition = condition
        self._posts = f"{url}/ghost/api/{'content' if self.is_public else 'admin'}/posts/"

    def browse(self, condition: str = "", **query: str | int) -> list[Record]:
        """One page of the posts for which ``condition`` holds too; ``query`` says what of them, and in which order.

        :raises SourceUnavailable: the answer is not Ghost's, or not a whole page.
        """
        # Ghost 6 loses its own filter on the status where ours stands in one pair of brackets.
        wanted = "+".join(filter(None, (self._condition, condition)))
        answer = self._ask("", filter=wanted, **query)
        posts = self._read(answer)
        total = self._total(answer)
        if len(posts) < min(total, int(query["limit"])):
            raise SourceUnavailable(f"{self._url} listed {len(posts)} of {total} posts, where more were asked for.")
        return posts

    def count(self) -> int:
        """How many posts there are."""
        return self._total(self._ask("", filter=self._condition, limit=1, fields="id"))

    def pages(self, condition: str = "", **query: str | int) -> Iterator[list[Record]]:
        """The posts for which ``condition`` holds, in the order of their ids."""
        last_id = ""
        while True:
            after = f"id:>'{last_id}'" if last_id else ""
            page = self.browse("+".join(filter(None, (condition, after))), limit=IDS_PAGE_SIZE, order="id asc", **query)
            yield page
            if len(page) < IDS_PAGE_SIZE:
                return
            last_id = page[-1].text("id")

    def read(self, post_id: str, **query: str) -> Record | None:
        """One post; ``None`` where Ghost itself says that it does not have it, or does not show it to this key.

        :raises FetchError: there is no such answer, as when something in front of Ghost says “not found”.
        """
        try:
            posts = self._read(self._ask(f"{post_id}/", **query))
        except Gone as error:
            if _is_not_found(error.body):
                return None
            raise
        if len(posts) != 1 or posts[0].text("id") != post_id:
            raise SourceUnavailable(f"{self._url} was asked for one post and answered with another.")
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
            posts = list(record.records("posts"))
        except InvalidDocument as error:
            raise SourceUnavailable(f"{self._url} does not answer as Ghost does ({error}).") from error
        if "posts" not in record.fields:
            raise SourceUnavailable(f"{self._url} does not answer as Ghost does (posts are missing).")
        return posts

    def _total(self, answer: FetchResponse) -> int:
        """The number of posts that match, whatever the page holds."""
        try:
            return int(Record.of(answer.json()).record("meta").record("pagination").text("total"))
        except (InvalidDocument, ValueError) as error:
            raise SourceUnavailable(f"{self._url} does not say how many posts there are, as Ghost does.") from error


def _is_not_found(body: bytes) -> bool:
    try:
        kinds = {error.text("type") for error in Record.in_body(body).records("errors")}
    except InvalidDocument:
        return False
    return kinds == {NOT_FOUND}
