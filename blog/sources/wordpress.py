"""WordPress 5.7 and later: https://developer.wordpress.org/rest-api/reference/posts/.

Its listings have page numbers only, so posts that come or go meanwhile shift the pages; a whole listing is therefore
refused when their number changed under it. The time of a change says less than it seems: a post with a date in the past
bears that date, a scheduled one the date to come, and the comparison is made in the site’s own time, which repeats an
hour in autumn. So a listing of changes looks back a little, and at the newest posts, and a whole one finds the rest.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from urllib.parse import unquote, urlencode

from blog.content.documents import CommentPolicy, Document, InvalidDocument, Note
from blog.fetch import Answer, Client, Gone, Limits, Refused
from blog.fetch.errors import Garbled
from blog.slugs import slugify
from blog.sources.base import CursorExpired, SourceItem, SourceUnavailable
from blog.sources.cms import CMS, Records
from blog.sources.json_record import Record, path_of, words

PAGE = 50
IDS = 100
"""The most that WordPress lists at once."""
OVERLAP = timedelta(hours=2)
"""More than summer time moves the clock."""
ID_AND_TIME = "id,modified_gmt,status"
FORBIDDEN_STATUS = 400
LONG_AGO = "2000-01-01T00:00:00"
WITH_DRAFTS = "publish,draft,pending"
PUBLIC = frozenset({"publish", "future"})
EMBEDDED = "author,wp:term,wp:featuredmedia"
NO_CATEGORY = "uncategorized"
CUT_OFF = ("[…]", "[...]")
SAME_BEGINNING = 20
"""Letters by which the beginning of a text is known again."""
TAG = re.compile(r"<[^<>]*>")


class BadLogin(SourceUnavailable):
    """WordPress takes a wrong application password for nobody’s, and then shows what everybody may see."""


class WordPressSource(CMS):
    """The posts of the WordPress at ``url``; with ``login``, ``USER:APPLICATION PASSWORD``, its drafts as well."""

    def __init__(self, url: str, login: str | None, limits: Limits | None = None) -> None:
        secrets = {"Authorization": f"Basic {b64encode(login.encode()).decode()}"} if login else {}
        super().__init__(f"wordpress:{url}", url, Client(url, secrets, limits))
        self._has_login = login is not None
        self._status = WITH_DRAFTS if login else "publish"
        self._route: str | None = None

    @property
    def limitations(self) -> tuple[str, ...]:
        """What WordPress does not provide, and what the login may not see."""
        always = (
            "WordPress calls nobody when a post changes; docs/sources.md has a plugin of a few lines that does.",
            "Without such calls, a scheduled post of which no draft is seen may take BLOG_FULL_SYNC_MINUTES to show.",
            "A post with a password stays out, as do private posts, pages and other types.",
            "A tag, category or author that is renamed shows after: blog sync --full",
        )
        hidden = "Without an application password in BLOG_SOURCE_ADMIN_KEY, drafts and scheduled posts are not seen."
        return always if self._has_login else (*always, hidden)

    def listing(self) -> Iterator[SourceItem]:
        """All posts: those that are settled in the order of their ids, and then those that are scheduled.

        :raises SourceUnavailable: posts came or went while they were listed, so that some may not have been seen.
        """
        yield from self._read_when_wanted(self._ids(), self._whole)
        yield from self._scheduled()

    def current_cursor(self) -> str:
        """The time of the latest change."""
        newest = self._settled(per_page=1, orderby="modified", order="desc", _fields=ID_AND_TIME)
        return newest[0].text("modified_gmt") if newest else LONG_AGO

    def changes(self, cursor: str) -> Iterator[SourceItem]:
        """The posts that changed at or after ``cursor``, the newest ones whenever they say they changed, the scheduled.

        A post that is published with a date in the past bears that date as the time of its change.
        """
        yield from self._modified(cursor)
        newest = self._settled(per_page=PAGE, orderby="id", order="desc", _fields=ID_AND_TIME)
        yield from self._read_when_wanted([_revisions(newest)], self._whole)
        yield from self._scheduled()

    def find(self, source_id: str) -> SourceItem | None:
        """The post ``source_id``."""
        found = self._whole([source_id]).get(source_id)
        return self._listed(source_id, _revision(found), found) if found else None

    def _ids(self) -> Iterator[dict[str, str]]:
        number, total, count = 1, None, 0
        while True:
            answer = self._ask(
                status=self._status, per_page=IDS, page=number, orderby="id", order="asc", _fields=ID_AND_TIME
            )
            posts = self._posts(answer)
            total = answer.headers.get("x-wp-total") if total is None else total
            count += len(posts)
            yield _revisions(posts)
            if len(posts) < IDS or str(count) == total:
                break
            number += 1
        if answer.headers.get("x-wp-total") != total or (total is not None and str(count) != total):
            raise SourceUnavailable(
                f"{self._url} has other posts than when the listing began. Nothing was withdrawn; the next sync sees."
            )

    def _modified(self, cursor: str) -> Iterator[SourceItem]:
        seen: set[str] = set()
        since, page = _before(cursor), 1
        while True:
            posts = self._settled(
                modified_after=since, orderby="modified", order="asc", per_page=PAGE, page=page, _embed=EMBEDDED
            )
            fresh = [post for post in posts if post.text("id") not in seen]
            for post in fresh:
                cursor = max(cursor, post.text("modified_gmt"))
                yield self._listed(post.text("id"), _revision(post), post, cursor)
            seen.update(post.text("id") for post in fresh)
            if len(posts) < PAGE:
                return
            page += 1

    def _scheduled(self) -> Iterator[SourceItem]:
        """The posts to come, whole: while they wait, the time of their change is that of their publication."""
        page = 1
        while self._has_login:
            answer = self._ask(status="future", per_page=PAGE, page=page, orderby="id", order="asc", _embed=EMBEDDED)
            posts = self._posts(answer)
            for post in posts:
                yield self._listed(post.text("id"), _revision(post), post)
            if len(posts) < PAGE:
                return
            page += 1

    def _whole(self, source_ids: Iterable[str]) -> Records:
        ids = ",".join(source_ids)
        status = f"{self._status},future" if self._has_login else self._status
        posts = self._posts(self._ask(status=status, include=ids, per_page=IDS, _embed=EMBEDDED)) if ids else []
        return {post.text("id"): post for post in posts}

    def _settled(self, **query: str | int) -> list[Record]:
        return self._posts(self._ask(status=self._status, **query))

    def _ask(self, **query: str | int) -> Answer:
        """The answer to a question about posts, by whichever of its two addresses WordPress answers."""
        try:
            return self._first(urlencode(query)) if self._route is None else self._get(urlencode(query))
        except Refused as error:
            if self._has_login and error.status == FORBIDDEN_STATUS:
                raise BadLogin(
                    f"{self._url} shows no drafts to the user in BLOG_SOURCE_ADMIN_KEY. It has the form "
                    "USER:APPLICATION PASSWORD, and the user must be an editor."
                ) from error
            raise

    def _first(self, query: str) -> Answer:
        """The answer to the first question, by which the address is found."""
        pretty, plain = f"{self._url}/wp-json/wp/v2/posts?", f"{self._url}/?rest_route=/wp/v2/posts&"
        self._route = pretty
        try:
            answer = self._get(query)
            answer.json()
        except (Gone, Garbled):
            # Without pretty permalinks, the first address is that of some page or of nothing.
            self._route = plain
            answer = self._get(query)
        except BaseException:
            self._route = None
            raise
        return answer

    def _get(self, query: str) -> Answer:
        return self._client.get(f"{self._route}{query}")

    def _posts(self, answer: Answer) -> list[Record]:
        told = answer.json()
        try:
            return list(Record({"posts": told}).records("posts"))
        except InvalidDocument as error:
            raise SourceUnavailable(f"{self._url} does not answer as WordPress does ({error}).") from error

    def _document(self, record: Record) -> Document:
        content, embedded = record.record("content"), record.record("_embedded")
        is_protected = bool(content.fields.get("protected"))
        updated_at = record.time("modified_gmt")
        if updated_at is None:
            raise InvalidDocument("modified_gmt", "is missing")
        image = next(embedded.records("wp:featuredmedia"), Record({}))
        seo = record.record("yoast_head_json")
        is_public = record.text("status") in PUBLIC and not is_protected
        return Document(
            source_id=record.text("id"),
            slug=unquote(record.text("slug")) or slugify(record.record("title").words("rendered")),
            title=record.record("title").words("rendered"),
            body=content.text("rendered"),
            excerpt=_excerpt(record.record("excerpt").text("rendered"), content.text("rendered")),
            authors=tuple(author.words("name") for author in embedded.records("author") if author.text("name")),
            tags=tuple(_terms(embedded)),
            image=image.text("source_url") or None,
            image_alt=image.line("alt_text"),
            published_at=record.time("date_gmt"),
            updated_at=updated_at,
            seo_title=seo.words("title"),
            seo_description=seo.words("description"),
            comments=CommentPolicy.CLOSED if record.text("comment_status") == "closed" else None,
            former_urls=path_of(record.text("link")),
            is_draft=not is_public,
            notes=(Note("has a password, and stays out"),) if is_protected else (),
        )


def _revisions(posts: Iterable[Record]) -> dict[str, str]:
    return {post.text("id"): _revision(post) for post in posts}


def _revision(post: Record) -> str:
    """When a post changed; of a scheduled one, which does not say, all that it says."""
    if post.text("status") == "future":
        return sha256(repr(sorted(post.fields.items())).encode()).hexdigest()[:32]
    return post.text("modified_gmt")


def _before(cursor: str) -> str:
    """A time somewhat before ``cursor``, with its zone.

    :raises CursorExpired: that is no time.
    """
    try:
        time = datetime.fromisoformat(cursor).replace(tzinfo=UTC)
    except ValueError as error:
        raise CursorExpired from error
    return (time - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")


def _terms(embedded: Record) -> Iterator[str]:
    """The names of the categories, except the one that means none, and then of the tags."""
    taxonomies = embedded.fields.get("wp:term") or []
    if not isinstance(taxonomies, list):
        raise InvalidDocument("wp:term", "is no list of taxonomies")
    for taxonomy in taxonomies:
        for term in Record({"terms": taxonomy}).records("terms"):
            if term.text("taxonomy") in {"category", "post_tag"} and term.text("slug") != NO_CATEGORY:
                yield words(term.text("name"))


def _excerpt(excerpt: str, content: str) -> str:
    """An excerpt that somebody wrote. WordPress’s own begins as the content does, and may be cut off anywhere."""
    text = words(excerpt)
    is_beginning = _letters(content).startswith(_letters(excerpt)[:SAME_BEGINNING])
    return "" if text.endswith(CUT_OFF) or is_beginning else text


def _letters(html: str) -> str:
    """The text of ``html`` without any space, for it differs in nothing else."""
    return "".join(unescape(TAG.sub("", html)).split())
