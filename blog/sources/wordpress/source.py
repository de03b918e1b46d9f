"""WordPress 5.7 and later as a source.

Public posts are read without the login, as a visitor sees them, because plugins show more to signed-in users. The
login is used for drafts and scheduled posts, which stay drafts here until WordPress publishes them.

WordPress's listings have page numbers only, so posts that appear or disappear shift the pages. A full listing is
therefore rejected if the number of posts changed during it.

The time of a change is not reliable: for a post with a past date it is that date, for a scheduled post the future
date, and WordPress compares in the site's local time, which repeats an hour in autumn. So a listing of changes begins
a little earlier and also checks the newest posts. A revision is a digest of every field that an article shows,
except the text itself, because names of tags and authors change without the post.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from blog.content.documents import Document
from blog.fetch.client import Client
from blog.fetch.limits import Limits
from blog.sources.base import CursorExpired, SourceItem, SourceUnavailable
from blog.sources.cms import CMS, Records
from blog.sources.json_record import Record
from blog.sources.wordpress.api import IDS_PAGE_SIZE, NotPublic, Query, WordPressAPI
from blog.sources.wordpress.document import (
    PUBLISHED,
    SCHEDULED,
    SHOWN,
    document_of,
    is_protected,
    revision_of,
    revisions,
)

PAGE_SIZE = 50
OVERLAP = timedelta(hours=2)
"""More than the hour that the end of summer time repeats."""
LONG_AGO = "2000-01-01T00:00:00"
DRAFTS = "draft,pending"
HIDDEN_STATUSES = frozenset({"draft", "pending", SCHEDULED})
"""Statuses of posts that can be previewed; private and trashed posts cannot."""
EMBEDDED = "author,wp:term,wp:featuredmedia"
WHOLE: dict[str, str | int] = {"_embed": EMBEDDED}
# WordPress embeds only records that the post's _links name, so _fields needs both.
BRIEF = WHOLE | {"_fields": ",".join([*SHOWN, "content.protected", "yoast_head_json", "_links", "_embedded"])}


class WordPressSource(CMS):
    """The posts of the WordPress site at ``url``; drafts too with ``login`` (``USER:APPLICATION PASSWORD``)."""

    def __init__(self, url: str, login: str | None, limits: Limits | None = None) -> None:
        client = Client(url, limits=limits)
        super().__init__(f"wordpress:{url}", url, client)
        self._api = WordPressAPI(url, client, login)

    @property
    def limitations(self) -> tuple[str, ...]:
        """What WordPress does not provide, and what the login does not show."""
        always = (
            "WordPress sends no webhooks by itself; docs/sources.md has a short plugin that sends them.",
            "Posts with a password, private posts, pages and other post types are not published here.",
        )
        if not self._api.has_login:
            hidden = (
                "Without an application password in BLOG_SOURCE_ADMIN_KEY, drafts and scheduled posts are not imported."
            )
            return (*always, hidden)
        return (*always, "A scheduled post appears within BLOG_SYNC_SECONDS after WordPress has published it.")

    def listing(self) -> Iterator[SourceItem]:
        """All posts. Hidden posts come first, so that a post published during the listing is not missed.

        :raises SourceUnavailable: the number of posts changed during the listing, so that some may be missing.
        """
        if self._api.has_login:
            pages = self._api.pages(BRIEF | {"status": DRAFTS}, as_editor=True)
            yield from self._read_lazily(map(revisions, pages), partial(self._whole, as_editor=True))
            yield from self._scheduled()
        pages = self._api.pages(BRIEF | {"status": PUBLISHED})
        yield from self._read_lazily(map(revisions, pages), self._whole)

    def count(self) -> int | None:
        """How many posts :meth:`listing` lists."""
        counts = [self._api.count(PUBLISHED)]
        if self._api.has_login:
            counts += [self._api.count(status, as_editor=True) for status in (DRAFTS, SCHEDULED)]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def visible_ids(self) -> Iterator[str]:
        """The ids of the posts that a visitor can read."""
        for page in self._api.pages({"status": PUBLISHED, "_fields": "id,content.protected"}):
            yield from (post.text("id") for post in page if not is_protected(post))

    def current_cursor(self) -> str:
        """The times of the latest changes."""
        public = self._latest(as_editor=False, status=PUBLISHED)
        return f"{public}|{self._latest(as_editor=True, status=DRAFTS) if self._api.has_login else ''}"

    def changes(self, cursor: str) -> Iterator[SourceItem]:
        """The posts that changed at or after ``cursor``, plus the newest and the scheduled posts.

        The newest are added because a post published with a past date has that date as the time of its change.
        """
        public, separator, hidden = cursor.partition("|")
        if not separator:
            raise CursorExpired
        if self._api.has_login:
            # Empty if there was no login when the cursor was stored: then all drafts are new.
            for post in self._modified(hidden or LONG_AGO, as_editor=True, status=DRAFTS):
                hidden = max(hidden, post.text("modified_gmt"))
                yield self._listed(post.text("id"), revision_of(post), post, f"{public}|{hidden}")
            yield from self._scheduled()
        for post in self._modified(public, as_editor=False, status=PUBLISHED):
            # The listing begins before the cursor, which must not move back.
            public = max(public, post.text("modified_gmt"))
            yield self._listed(post.text("id"), revision_of(post), post, f"{public}|{hidden}")
        query: Query = {"status": PUBLISHED, "per_page": PAGE_SIZE, "orderby": "id", "order": "desc"}
        newest = self._api.browse({**BRIEF, **query})
        yield from self._read_lazily([revisions(newest)], self._whole)

    def find(self, source_id: str) -> SourceItem | None:
        """The post ``source_id``.

        :raises SourceUnavailable: WordPress does not say whether the post exists.
        """
        if not source_id.isdecimal():
            return None
        try:
            found = self._api.read(source_id, WHOLE)
        except NotPublic as error:
            found = self._hidden_post(source_id, error)
        return self._listed(source_id, revision_of(found), found) if found else None

    def _unpublished_urls(self) -> Iterator[str]:
        """The addresses of WordPress's pages."""
        return self._api.page_urls()

    def _hidden_post(self, source_id: str, error: NotPublic) -> Record | None:
        """A post that visitors cannot read, if it is a draft that can be previewed."""
        if self._api.has_login:
            post = self._api.read(source_id, WHOLE, as_editor=True)
            return post if post and post.text("status") in HIDDEN_STATUSES else None
        # A plugin may have closed the whole API; then this request fails too, and nothing is withdrawn.
        if self._api.is_not_listed(source_id):
            return None
        raise SourceUnavailable(f"{self._url} does not say whether the post {source_id} is public.") from error

    def _latest(self, *, as_editor: bool, status: str) -> str:
        query: Query = {"per_page": 1, "orderby": "modified", "order": "desc", "_fields": "modified_gmt"}
        newest = self._api.browse({"status": status, **query}, as_editor=as_editor)
        return newest[0].text("modified_gmt") if newest else LONG_AGO

    def _modified(self, since: str, *, as_editor: bool, status: str) -> Iterator[Record]:
        """The posts changed since shortly before ``since``, oldest change first."""
        seen: set[str] = set()
        query = WHOLE | {"status": status, "orderby": "modified", "order": "asc", "modified_after": _before(since)}
        for posts, _ in self._api.each_page(query, PAGE_SIZE, as_editor=as_editor):
            # A post that changes meanwhile moves to the end and comes twice. The next listing finds its new version.
            yield from (post for post in posts if post.text("id") not in seen)
            seen.update(post.text("id") for post in posts)

    def _scheduled(self) -> Iterator[SourceItem]:
        """All scheduled posts, because their time of change is that of their publication and so cannot be searched."""
        for page in self._api.pages(WHOLE | {"status": SCHEDULED}, as_editor=True):
            yield from (self._listed(post.text("id"), revision_of(post), post) for post in page)

    def _whole(self, source_ids: Iterable[str], *, as_editor: bool = False) -> Records:
        ids = ",".join(source_ids)
        status = DRAFTS if as_editor else PUBLISHED
        query = WHOLE | {"status": status, "include": ids, "per_page": IDS_PAGE_SIZE}
        posts = self._api.browse(query, as_editor=as_editor) if ids else []
        return {post.text("id"): post for post in posts}

    def _document(self, record: Record) -> Document:
        html = record.record("content").text("rendered")
        return document_of(record, self._own_links(html, record.text("link")))


def _before(cursor: str) -> str:
    """A time shortly before ``cursor``, with its time zone.

    :raises CursorExpired: ``cursor`` is not a time.
    """
    try:
        time = datetime.fromisoformat(cursor).replace(tzinfo=UTC) - OVERLAP
    except (ValueError, OverflowError) as error:
        raise CursorExpired from error
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
