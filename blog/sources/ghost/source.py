"""Ghost 5 and 6 as a source.

Public posts are read through the Content API if its key is set, because the Admin API also returns the parts of a
public post that are for members only. The Admin API is needed for drafts and scheduled posts. With an Admin API key
alone, the members' parts are removed by their markers.

Ghost's ``updated_at`` changes when a text is edited, but not for tags, authors, SEO fields, alternative texts, or bulk
changes. So a revision is a digest of every field that an article shows, except the text itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial

from blog.content.documents import Document
from blog.fetch.client import Client
from blog.fetch.limits import Limits
from blog.markup.cms.gated_blocks import without_gated_blocks
from blog.sources.base import CursorExpired, SourceItem, SourceUnavailable
from blog.sources.cms import CMS, Records
from blog.sources.ghost.api import PAGE_SIZE, AdminKey, GhostAPI
from blog.sources.ghost.document import SHOWN, document_of, revision_of
from blog.sources.json_record import Record

LONG_AGO = "2000-01-01T00:00:00.000Z"
PUBLISHED, HIDDEN = "status:published", "status:[draft,scheduled,sent]"
VISIBLE = "visibility:public"
SCHEDULED = f"status:scheduled+{VISIBLE}"
BRIEF = {"fields": ",".join(SHOWN), "include": "tags,authors"}
WHOLE = {"formats": "html", "include": "tags,authors"}


class BadKey(SourceUnavailable):
    """The keys are missing or malformed."""


class GhostSource(CMS):
    """The posts of the Ghost site at ``url``: public ones with ``key``, drafts too with ``admin_key``.

    :raises BadKey: both keys are missing, or ``admin_key`` does not have the form ``id:secret``.
    """

    def __init__(self, url: str, key: str | None, admin_key: str | None, limits: Limits | None = None) -> None:
        client = Client(url, limits=limits)
        super().__init__(f"ghost:{url}", url, client)
        admin = _admin_key(admin_key) if admin_key else None
        reader = key or admin
        if reader is None:
            raise BadKey("Ghost needs a key. Put a custom integration’s Content API key into BLOG_SOURCE_KEY.")
        self._public = GhostAPI(url, client, reader, PUBLISHED)
        self._pages = GhostAPI(url, client, reader, PUBLISHED, "pages")
        self._hidden = GhostAPI(url, client, admin, HIDDEN) if admin else None

    @property
    def limitations(self) -> tuple[str, ...]:
        """What Ghost does not provide, and what the keys do not show."""
        always = (
            "Ghost has no comment policy for a post; BLOG_COMMENTS applies to all.",
            "Posts for members only and pages are not published here.",
        )
        if self._hidden is None:
            hidden = "Without an Admin API key in BLOG_SOURCE_ADMIN_KEY, drafts and scheduled posts are not imported."
            return (*always, hidden)
        if not self._public.is_public:
            marked = (
                "Without a Content API key in BLOG_SOURCE_KEY, posts are read as an editor sees them. Parts for "
                "members only are cut out by Ghost’s markers; with that key Ghost itself leaves them out."
            )
            return (*always, marked)
        return always

    def listing(self) -> Iterator[SourceItem]:
        """All posts. Hidden posts come first, so that a post published during the listing is not missed."""
        for api in self._apis():
            pages = ({post.text("id"): revision_of(api, post) for post in page} for page in api.pages(**BRIEF))
            yield from self._read_lazily(pages, partial(self._whole, api))

    def count(self) -> int:
        """How many posts :meth:`listing` lists."""
        return sum(api.count() for api in self._apis())

    def visible_ids(self) -> Iterator[str]:
        """The ids of the posts that are public or scheduled."""
        if self._hidden:
            yield from _ids(self._hidden.pages(SCHEDULED, fields="id"))
        yield from _ids(self._public.pages(VISIBLE, fields="id"))

    def current_cursor(self) -> str:
        """The times of the latest changes."""
        times = {}
        for api in self._apis():
            newest = api.browse(limit=1, order="updated_at desc", fields="id,updated_at")
            times[api] = newest[0].text("updated_at") if newest else LONG_AGO
        return self._cursor(times)

    def changes(self, cursor: str) -> Iterator[SourceItem]:
        """The posts that changed at or after ``cursor``."""
        times = self._times(cursor)
        for api in self._apis():
            for post in _changed(api, times[api]):
                times[api] = post.text("updated_at")
                yield self._listed(post.text("id"), revision_of(api, post), post, self._cursor(times))

    def find(self, source_id: str) -> SourceItem | None:
        """The post ``source_id``."""
        for api in reversed(self._apis()):
            found = api.read(source_id, **WHOLE)
            if found:
                return self._listed(source_id, revision_of(api, found), found)
        return None

    def _unpublished_urls(self) -> Iterator[str]:
        """The addresses of Ghost's pages, and of its posts for members."""
        for api, condition in ((self._pages, ""), (self._public, "visibility:-public")):
            for page in api.pages(condition, fields="id,url,visibility"):
                yield from (record.text("url") for record in page)

    def _apis(self) -> list[GhostAPI]:
        return [self._hidden, self._public] if self._hidden else [self._public]

    def _whole(self, api: GhostAPI, source_ids: Iterable[str]) -> Records:
        ids = list(source_ids)
        found: dict[str, Record] = {}
        for start in range(0, len(ids), PAGE_SIZE):
            wanted = f"id:[{','.join(ids[start : start + PAGE_SIZE])}]"
            found |= {post.text("id"): post for post in api.browse(wanted, limit=PAGE_SIZE, **WHOLE)}
        return found

    def _cursor(self, times: Mapping[GhostAPI, str]) -> str:
        """The positions in both listings, of hidden and of public posts, as one text."""
        return "|".join(times[api] for api in self._apis())

    def _times(self, cursor: str) -> dict[GhostAPI, str]:
        try:
            # The number of times differs if a key was added or removed since the cursor was stored.
            return dict(zip(self._apis(), cursor.split("|"), strict=True))
        except ValueError as error:
            raise CursorExpired from error

    def _document(self, record: Record) -> Document:
        body = without_gated_blocks(record.text("html"))
        return document_of(record, self._own_links(body, record.text("url")))


def _ids(pages: Iterable[list[Record]]) -> Iterator[str]:
    return (post.text("id") for page in pages for post in page)


def _changed(api: GhostAPI, since: str) -> Iterator[Record]:
    """The posts that changed at or after ``since``, the oldest change first."""
    last_id = ""
    while True:
        # In Ghost's filters a comma means “or”, a plus means “and”.
        time = _ghost_time(since)
        # Many posts may have changed in the same second, so their ids decide where the next page begins.
        later = f"(updated_at:>'{time}',(updated_at:'{time}'+id:>'{last_id}'))" if last_id else f"updated_at:>='{time}'"
        page = api.browse(later, limit=PAGE_SIZE, order="updated_at asc,id asc", **WHOLE)
        yield from page
        if len(page) < PAGE_SIZE:
            return
        since, last_id = page[-1].text("updated_at"), page[-1].text("id")


def _ghost_time(cursor: str) -> str:
    """``cursor`` in the form that Ghost's filters accept: https://docs.ghost.org/content-api/filtering.

    :raises CursorExpired: ``cursor`` is not a time.
    """
    try:
        return datetime.fromisoformat(cursor).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError) as error:
        raise CursorExpired from error


def _admin_key(key: str) -> AdminKey:
    form = re.fullmatch(r"(\w+):((?:[0-9a-fA-F]{2})+)", key)
    if form is None:
        raise BadKey(
            "BLOG_SOURCE_ADMIN_KEY is not a Ghost Admin API key. Copy the key from a custom integration in Ghost; it "
            "has the form id:secret."
        )
    return AdminKey(form[1], bytes.fromhex(form[2]))
