"""Writes prepared documents as rows, one batch at a time, in the caller's transaction.

All rows that a batch may affect are loaded first, because a query for each document would make large syncs slow.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from enum import Enum, auto
from typing import Any
from urllib.parse import unquote

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from blog.content.cache_keys import Change, Shown, purge_changes
from blog.content.drafts import Draft
from blog.content.models import Article, Author, Tag
from blog.content.redirects import RedirectWriter, article_path
from blog.content.search_index import index_articles
from blog.database import utc_now
from blog.sync.article_links import link_articles
from blog.sync.drafts import fill_draft
from blog.sync.label_rows import LabelRows
from blog.sync.prepare import Prepared

SAME_NAME = tuple(
    "source_id slug title excerpt image image_alt image_caption canonical_url seo_title seo_description series "
    "lang".split()
)
"""Fields that have the same name in a document and in its row."""


class Outcome(Enum):
    """The result of storing a prepared document."""

    CREATED = auto()
    UPDATED = auto()
    UNCHANGED = auto()
    DRAFT = auto()
    WITHDRAWN = auto()
    """It became a draft, so its public article was withdrawn."""
    CONFLICT = auto()
    """Another article has its slug."""


CHANGED = frozenset({Outcome.CREATED, Outcome.UPDATED, Outcome.WITHDRAWN})
"""The outcomes after which readers see something else than before."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome for one document, and its article; in a conflict, the article that already has the slug."""

    prepared: Prepared
    outcome: Outcome
    article: Article | None = None
    is_known: bool = True
    """Whether the document already has its own article."""
    refused: dict[str, str] = field(default_factory=dict)
    """Former URLs that cannot redirect to the article, and why."""


class Upsert:
    """A batch of prepared documents of one source, and all rows that they may affect.

    ``adoptable`` are the ids of articles whose documents are certainly gone: a new document with the slug of one of
    them takes over its row, so that its comments stay. Articles of another source are always taken over like this.
    """

    def __init__(
        self, session: Session, source: str, batch: Sequence[Prepared], adoptable: Collection[int] = ()
    ) -> None:
        documents = [prepared.document for prepared in batch]
        former = {unquote(url) for document in documents for url in document.former_urls}
        # With the slugs in former URLs: an article may live there, and no redirect may hide it.
        slugs = {document.slug for document in documents} | {path.removeprefix("/articles/") for path in former}
        ids = {document.source_id for document in documents}
        rows = session.scalars(
            select(Article).where(or_(Article.slug.in_(slugs), (Article.source == source) & Article.source_id.in_(ids)))
        ).all()
        self._session = session
        self._source = source
        self._batch = batch
        self._adoptable = set(adoptable)
        self._changes: list[Change] = []
        self._own = {row.source_id: row for row in rows if row.source == source}
        drafts = session.scalars(select(Draft).where(Draft.source == source, Draft.source_id.in_(ids)))
        self._drafts = {draft.source_id: draft for draft in drafts}
        self._live = {row.slug: row for row in rows if row.withdrawn_at is None}
        self._redirects = RedirectWriter(
            session, former | {article_path(slug) for slug in slugs | {r.slug for r in rows}}
        )
        self._tags = LabelRows(session, Tag, (label for document in documents for label in document.tags))
        self._authors = LabelRows(session, Author, (label for document in documents for label in document.authors))

    def apply(self) -> list[Result]:
        """Create, update or withdraw the articles; return the result for each document."""
        results = [self._apply(prepared) for prepared in self._batch]
        # The rows below need the ids of new articles, tags and authors.
        self._session.flush()
        bodies = {each.article: each.prepared.text for each in results if each.article and each.outcome in CHANGED}
        link_articles(self._session, list(bodies))
        purge_changes(self._session, self._changes, "sync")
        index_articles(self._session, bodies)
        return results

    def _apply(self, prepared: Prepared) -> Result:
        document = prepared.document
        row = self._own.get(document.source_id)
        if document.is_draft:
            return self._store_draft(prepared, row)
        first = self._live.get(document.slug)
        if first is not None and first is not row:
            if row is not None or not self._is_moved(first):
                return Result(prepared, Outcome.CONFLICT, first, is_known=row is not None)
            row = first
        return self._store_article(prepared, row)

    def _is_moved(self, article: Article) -> bool:
        """Whether ``article`` has no document any more, so that a document with its slug may take it over."""
        return article.source != self._source or article.id in self._adoptable

    def _store_draft(self, prepared: Prepared, row: Article | None) -> Result:
        self._save_draft(prepared)
        if row is None or row.withdrawn_at is not None:
            return Result(prepared, Outcome.DRAFT, row)
        del self._live[row.slug]
        self._changes.append(Change(row, Shown.of(row)))
        row.withdrawn_at = utc_now()
        # Flush now, because another document of this batch may take the slug, which must be unique among live articles.
        self._session.flush()
        return Result(prepared, Outcome.WITHDRAWN, row)

    def _save_draft(self, prepared: Prepared) -> None:
        source_id = prepared.document.source_id
        draft = self._drafts.get(source_id)
        if draft is None:
            self._drafts[source_id] = draft = Draft(source=self._source, source_id=source_id)
            self._session.add(draft)
        fill_draft(draft, prepared)

    def _store_article(self, prepared: Prepared, row: Article | None) -> Result:
        document = prepared.document
        if document.source_id in self._drafts:
            self._session.delete(self._drafts.pop(document.source_id))
        shown = Shown.of(row)
        if row is None:
            row, before = Article(**self._fields(prepared, None)), None
            self._session.add(row)
        else:
            before = _content(row)
            self._change_slug(row, document.slug)
            for name, value in self._fields(prepared, row).items():
                setattr(row, name, value)
        self._adoptable.discard(row.id)
        self._own[document.source_id] = self._live[document.slug] = row
        self._redirects.free_address(document.slug)
        refused = self._add_redirects(row, document.former_urls)
        is_same = before is not None and before == _content(row)
        if not is_same:
            self._changes.append(Change(row, shown))
        outcome = Outcome.CREATED if before is None else Outcome.UNCHANGED if is_same else Outcome.UPDATED
        return Result(prepared, outcome, row, refused=refused)

    def _fields(self, prepared: Prepared, row: Article | None) -> dict[str, Any]:
        document = prepared.document
        # Without a date of its own, an article keeps its first one. Otherwise each edit would make it the newest.
        published_at = document.published_at or (row.published_at if row else document.updated_at)
        return {name: getattr(document, name) for name in SAME_NAME} | {
            "source": self._source,
            "revision": prepared.revision,
            "body_html": str(document.body),
            "word_count": prepared.word_count,
            "image_width": prepared.image_width,
            "image_height": prepared.image_height,
            "published_at": published_at.astimezone(UTC),
            "updated_at": document.updated_at.astimezone(UTC),
            "withdrawn_at": None,
            "comment_policy": document.comments,
            "labels": {
                "tags": self._tags.slugs_and_names(document.tags),
                "authors": self._authors.slugs_and_names(document.authors),
            },
        }

    def _change_slug(self, row: Article, slug: str) -> None:
        """Give ``row`` the new ``slug`` and redirect its former address."""
        if row.slug == slug:
            return
        former = row.slug
        # Not if the row is withdrawn: then another article may have the slug.
        if self._live.get(former) is row:
            del self._live[former]
        row.slug = slug
        # Flush now, because another document of this batch may take the former slug, which must be unique.
        self._session.flush()
        if former not in self._live:
            self._redirects.add(article_path(former), row)

    def _add_redirects(self, row: Article, former_urls: Iterable[str]) -> dict[str, str]:
        refused = {}
        for url in former_urls:
            path = unquote(url)
            why = self._redirects.refusal(path, row, self._live)
            if why is None:
                self._redirects.add(path, row)
            else:
                refused[url] = why
        return refused


def _content(row: Article) -> tuple[object, ...]:
    """Everything that readers can see, and the source; an update that leaves this equal needs no purge."""
    own = [getattr(row, name) for name in SAME_NAME]
    names = (row.tags, row.authors)
    when = (row.published_at, row.updated_at, row.withdrawn_at)
    size = (row.image_width, row.image_height)
    return (*own, row.source, row.body_html, row.comment_policy, when, names, size)
