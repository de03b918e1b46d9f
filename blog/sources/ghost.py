"""Ghost 5 and 6: https://docs.ghost.org/content-api and, for drafts, https://docs.ghost.org/admin-api.

A listing goes on from the last id or time that it saw, never by page number: a page would shift while posts change.
"""

import re
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import jwt

from blog.content.documents import Document, InvalidDocument, Note
from blog.fetch import Client, Gone, Limits
from blog.sources.base import CursorExpired, SourceItem, SourceUnavailable
from blog.sources.cms import CMS, Records
from blog.sources.json_record import Record, path_of

PAGE = 50
TOKEN_SECONDS = 240
"""Ghost takes a token for at most five minutes."""
LONG_AGO = "2000-01-01T00:00:00.000Z"
PUBLIC = frozenset({"published", "scheduled"})
WHOLE = {"include": "tags,authors", "formats": "html"}


class BadKey(SourceUnavailable):
    """A key that no Ghost has given."""


class GhostSource(CMS):
    """The posts of the Ghost at ``url``: with ``key`` those that are public, with ``admin_key`` drafts as well.

    :raises BadKey: neither key is there, or the second has not the form ``id:secret``.
    """

    def __init__(self, url: str, key: str | None, admin_key: str | None, limits: Limits | None = None) -> None:
        if not key and not admin_key:
            raise BadKey("Ghost needs a key. Put a custom integration’s Content API key into BLOG_SOURCE_KEY.")
        super().__init__(f"ghost:{url}", url, Client(url, limits=limits))
        self._key = key
        self._signer = _signer(admin_key) if admin_key else None
        self._posts = f"{url}/ghost/api/{'admin' if admin_key else 'content'}/posts/"

    @property
    def limitations(self) -> tuple[str, ...]:
        """What Ghost does not provide, and what the key may not see."""
        always = (
            "Ghost has no comment policy for a post; BLOG_COMMENTS holds for all.",
            "A post for members only stays out, as does a page.",
            "A tag or author that is renamed shows after: blog sync --full",
        )
        hidden = "Without an Admin API key in BLOG_SOURCE_ADMIN_KEY, drafts and scheduled posts are not seen."
        return always if self._signer else (*always, hidden)

    def listing(self) -> Iterator[SourceItem]:
        """All posts, in the order of their ids."""
        yield from self._read_when_wanted(self._ids(), self._whole)

    def current_cursor(self) -> str:
        """The time of the latest change."""
        newest = self._ask(limit=1, order="updated_at desc", fields="id,updated_at")
        return newest[0].text("updated_at") if newest else LONG_AGO

    def changes(self, cursor: str) -> Iterator[SourceItem]:
        """The posts that changed at or after ``cursor``."""
        last_id = ""
        while True:
            # In Ghost's filters a comma is “or”, a plus is “and”.
            since = _ghost_time(cursor)
            if last_id:
                wanted = f"updated_at:>'{since}',(updated_at:'{since}'+id:>'{last_id}')"
            else:
                wanted = f"updated_at:>='{since}'"
            page = self._ask(limit=PAGE, order="updated_at asc,id asc", filter=wanted, **WHOLE)
            for record in page:
                cursor, last_id = record.text("updated_at"), record.text("id")
                yield self._listed(last_id, cursor, record, cursor)
            if len(page) < PAGE:
                return

    def find(self, source_id: str) -> SourceItem | None:
        """The post ``source_id``."""
        try:
            found = self._ask(f"{source_id}/", **WHOLE)
        except Gone:
            return None
        return self._listed(source_id, found[0].text("updated_at"), found[0]) if found else None

    def _ids(self) -> Iterator[dict[str, str]]:
        after: dict[str, str] = {}
        while True:
            page = self._ask(limit=PAGE, order="id asc", fields="id,updated_at", **after)
            revisions = {record.text("id"): record.text("updated_at") for record in page}
            yield revisions
            if len(page) < PAGE:
                return
            after = {"filter": f"id:>'{list(revisions)[-1]}'"}

    def _whole(self, source_ids: Iterable[str]) -> Records:
        found = self._ask(limit=PAGE, filter=f"id:[{','.join(source_ids)}]", **WHOLE)
        return {record.text("id"): record for record in found}

    def _ask(self, path: str = "", **query: str | int) -> list[Record]:
        """The posts that Ghost answers with."""
        headers = {"Accept-Version": "v5.0"}
        if self._signer:
            headers["Authorization"] = f"Ghost {self._signer.token()}"
        else:
            query["key"] = self._key or ""
        answer = self._client.get(f"{self._posts}{path}?{urlencode(query)}", headers=headers)
        try:
            return list(Record.of(answer.json()).records("posts"))
        except InvalidDocument as error:
            raise SourceUnavailable(f"{self._url} does not answer as Ghost does ({error}).") from error

    def _document(self, record: Record) -> Document:
        is_public = record.text("visibility") in {"", "public"}
        status = record.text("status") or "published"
        updated_at = record.time("updated_at")
        if updated_at is None:
            raise InvalidDocument("updated_at", "is missing")
        return Document(
            source_id=record.text("id"),
            slug=record.text("slug"),
            title=record.line("title"),
            body=record.text("html"),
            excerpt=record.line("custom_excerpt"),
            authors=tuple(author.line("name") for author in record.records("authors")),
            tags=tuple(tag.line("name") for tag in record.records("tags") if tag.text("visibility") in {"", "public"}),
            image=record.text("feature_image") or None,
            image_alt=record.line("feature_image_alt"),
            published_at=record.time("published_at"),
            updated_at=updated_at,
            seo_title=record.line("meta_title") or record.line("og_title"),
            seo_description=record.line("meta_description") or record.line("og_description"),
            canonical_url=record.text("canonical_url") or None,
            # The address of what is not public yet is another one, and secret.
            former_urls=path_of(record.text("url")) if status == "published" else (),
            is_draft=not is_public or status not in PUBLIC,
            notes=() if is_public else (Note("is for members only, and stays out"),),
        )


class _Signer:
    """Signs in to the Admin API: https://docs.ghost.org/admin-api#token-authentication."""

    def __init__(self, key_id: str, secret: bytes) -> None:
        self._key_id = key_id
        self._secret = secret

    def token(self) -> str:
        now = int(time.time())
        claims = {"iat": now, "exp": now + TOKEN_SECONDS, "aud": "/admin/"}
        return jwt.encode(claims, self._secret, algorithm="HS256", headers={"kid": self._key_id})


def _ghost_time(cursor: str) -> str:
    """A time as Ghost’s filters take it: https://docs.ghost.org/content-api/filtering.

    :raises CursorExpired: it is none.
    """
    try:
        return datetime.fromisoformat(cursor).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError as error:
        raise CursorExpired from error


def _signer(admin_key: str) -> _Signer:
    form = re.fullmatch(r"(\w+):((?:[0-9a-fA-F]{2})+)", admin_key)
    if form is None:
        raise BadKey("BLOG_SOURCE_ADMIN_KEY is no Admin API key of Ghost, which has the form id:secret.")
    return _Signer(form[1], bytes.fromhex(form[2]))
