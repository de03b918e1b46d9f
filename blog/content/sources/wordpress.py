"""WordPress 5.7 and later: https://developer.wordpress.org/rest-api/reference/posts/.

Its listings have page numbers only, so posts that change meanwhile shift the pages. A whole listing is therefore
refused when the number of posts changed under it, and a listing of changes starts each page at the last time it saw.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlencode

from blog.content.document import CommentPolicy, Document, InvalidDocument, Note, slugify
from blog.content.http import Answer, Client, Gone, Limits
from blog.content.http.failures import Garbled
from blog.content.sources import CursorExpired, Listed, SourceUnavailable
from blog.content.sources.cms import CMS, Records
from blog.content.sources.record import Record, path_of, words

PAGE = 50
IDS = 100
"""The most that WordPress lists at once."""
OVERLAP = timedelta(seconds=1)
"""Times have whole seconds, and “after” leaves the second itself out."""
LONG_AGO = "2000-01-01T00:00:00"
WITH_DRAFTS = "publish,future,draft,pending"
PUBLIC = frozenset({"publish", "future"})
EMBEDDED = "author,wp:term,wp:featuredmedia"
NO_CATEGORY = "uncategorized"
CUT_OFF = ("[…]", "[...]")


class WordPressSource(CMS):
    """The posts of the WordPress at ``url``; with ``login``, ``USER:APPLICATION PASSWORD``, its drafts as well."""

    def __init__(self, url: str, login: str | None, limits: Limits | None = None) -> None:
        secrets = {"Authorization": f"Basic {b64encode(login.encode()).decode()}"} if login else {}
        super().__init__(f"wordpress:{url}", url, Client(url, secrets, limits))
        self._status = WITH_DRAFTS if login else "publish"
        self._route: str | None = None

    @property
    def gaps(self) -> tuple[str, ...]:
        """What WordPress does not provide, and what the login may not see."""
        always = (
            "WordPress calls nobody when a post changes; docs/sources.md has a plugin of a few lines that does.",
            "A post with a password stays out, as do private posts, pages and other types.",
            "A tag, category or author that is renamed shows after: blog sync --full",
        )
        hidden = "Without an application password in BLOG_SOURCE_ADMIN_KEY, drafts and scheduled posts are not seen."
        return always if self._status != "publish" else (*always, hidden)

    def listing(self) -> Iterator[Listed]:
        """All posts, in the order of their ids.

        :raises SourceUnavailable: posts came or went while they were listed, so that some may not have been seen.
        """
        yield from self._read_when_wanted(self._ids(), self._whole)

    def present(self) -> str:
        """The time of the latest change."""
        newest = self._posts(self._ask(per_page=1, orderby="modified", order="desc", _fields="id,modified_gmt"))
        return newest[0].text("modified_gmt") if newest else LONG_AGO

    def changes(self, cursor: str) -> Iterator[Listed]:
        """The posts that changed at or after ``cursor``."""
        seen: set[str] = set()
        page = 1
        while True:
            answer = self._ask(
                modified_after=_before(cursor),
                orderby="modified",
                order="asc",
                per_page=PAGE,
                page=page,
                _embed=EMBEDDED,
            )
            posts = self._posts(answer)
            fresh = [post for post in posts if post.text("id") not in seen]
            for post in fresh:
                cursor = post.text("modified_gmt")
                yield self._listed(post.text("id"), cursor, post, cursor)
            seen.update(post.text("id") for post in fresh)
            if len(posts) < PAGE:
                return
            # A page without news is full of posts of one second.
            page = 1 if fresh else page + 1

    def find(self, source_id: str) -> Listed | None:
        """The post ``source_id``."""
        found = self._whole([source_id]).get(source_id)
        return self._listed(source_id, found.text("modified_gmt"), found) if found else None

    def _ids(self) -> Iterator[dict[str, str]]:
        number, total, count = 1, None, 0
        while True:
            answer = self._ask(per_page=IDS, page=number, orderby="id", order="asc", _fields="id,modified_gmt")
            posts = self._posts(answer)
            total = answer.headers.get("x-wp-total") if total is None else total
            count += len(posts)
            yield {post.text("id"): post.text("modified_gmt") for post in posts}
            if len(posts) < IDS or str(count) == total:
                break
            number += 1
        if answer.headers.get("x-wp-total") != total or (total is not None and str(count) != total):
            raise SourceUnavailable(
                f"{self._url} has other posts than when the listing began. Nothing was withdrawn; the next sync sees."
            )

    def _whole(self, source_ids: Iterable[str]) -> Records:
        posts = self._posts(self._ask(include=",".join(source_ids), per_page=IDS, _embed=EMBEDDED))
        return {post.text("id"): post for post in posts}

    def _ask(self, **query: str | int) -> Answer:
        """The answer to a question about posts, by whichever of its two addresses WordPress answers."""
        query["status"] = self._status
        if self._route is not None:
            return self._client.get(f"{self._route}{urlencode(query)}")
        pretty, plain = f"{self._url}/wp-json/wp/v2/posts?", f"{self._url}/?rest_route=/wp/v2/posts&"
        try:
            answer = self._client.get(f"{pretty}{urlencode(query)}")
            answer.json()
        except (Gone, Garbled):
            # Without pretty permalinks, the first address is that of some page or of nothing.
            answer, self._route = self._client.get(f"{plain}{urlencode(query)}"), plain
        else:
            self._route = pretty
        return answer

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
            excerpt=_excerpt(record.record("excerpt").words("rendered")),
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


def _before(cursor: str) -> str:
    """The second before ``cursor``, with its zone.

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


def _excerpt(text: str) -> str:
    """An excerpt that somebody wrote; WordPress’s own ends in the middle of a sentence, and ours is as good."""
    return "" if text.endswith(CUT_OFF) else text
