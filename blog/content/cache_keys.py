"""Cache keys of articles: which pages show an article, and which pages to purge after it changes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from blog.cache.purge_watcher import KeysPublishedBetween
from blog.cache.purges import EVERYTHING, purge
from blog.content.models import Article
from blog.database import UTCDateTime

INDEX, TAGS, ARCHIVE, FEEDS = "index", "tags", "archive", "feeds"
MAX_PURGED_ONE_BY_ONE = 10
"""If more articles change together, all pages are purged; finding the right keys would cost more."""

# Constants, because every process asks this five times a second, and an idle blog does little else.
_PUBLISHED_BETWEEN = select(Article.id, Article.labels, Article.published_at, Article.series).where(
    Article.withdrawn_at.is_(None),
    Article.published_at > bindparam("since", type_=UTCDateTime()),
    Article.published_at <= bindparam("until", type_=UTCDateTime()),
)
_IDS_PUBLISHED_BETWEEN = _PUBLISHED_BETWEEN.with_only_columns(Article.id)


def article_key(article_id: int) -> str:
    """Key of the article's own page."""
    return f"article/{article_id}"


def title_key(article_id: int) -> str:
    """Key of the pages of other articles that show this article's title."""
    return f"title/{article_id}"


def tag_key(slug: str) -> str:
    """Key of the tag's listing pages."""
    return f"tag/{slug}"


def author_key(slug: str) -> str:
    """Key of the author's listing pages."""
    return f"author/{slug}"


def series_key(name: str) -> str:
    """Key of the pages of a series' parts, since each lists all of them."""
    return f"series/{name}"


def comments_key(article_id: int) -> str:
    """Key of pages, other than the article's own, that show its comments or their number."""
    return f"comments/{article_id}"


def thread_keys(article_id: int) -> set[str]:
    """Keys of all pages that show the article's comments or their number."""
    return {article_key(article_id), comments_key(article_id)}


class Shown(NamedTuple):
    """The values of an article that listings and other pages display; all empty if the article is withdrawn."""

    tags: frozenset[str]
    authors: frozenset[str]
    published_at: datetime | None
    listed: tuple[object, ...]
    names: frozenset[str] = frozenset()
    series: str | None = None

    @classmethod
    def of(cls, article: Article | None) -> Self:
        """Take the current values of ``article``."""
        if article is None or article.withdrawn_at is not None:
            return cls(frozenset(), frozenset(), None, ())
        return cls(
            tags=frozenset(tag.slug for tag in article.tags),
            authors=frozenset(author.slug for author in article.authors),
            published_at=article.published_at,
            listed=(
                *(article.slug, article.title, article.excerpt, article.lang, article.reading_minutes),
                *(article.image, article.image_alt),
            ),
            names=frozenset(label.name for label in (*article.tags, *article.authors)),
            series=article.series,
        )


class Change(NamedTuple):
    """An article that was added, changed or withdrawn, and its displayed values before that."""

    article: Article
    before: Shown

    def keys(self) -> set[str]:
        """Return the keys of the pages that display the article now or did before.

        The neighbours' pages are not included: finding them takes queries, which ``purge_changes`` makes.
        """
        after = Shown.of(self.article)
        # Feeds contain whole texts, so every change concerns them.
        found = {article_key(self.article.id), FEEDS}
        if after != self.before:
            found |= {INDEX, ARCHIVE, title_key(self.article.id)}
            found |= {tag_key(slug) for slug in self.before.tags | after.tags}
            found |= {author_key(slug) for slug in self.before.authors | after.authors}
            found |= {series_key(name) for name in (self.before.series, after.series) if name}
        before = self.before
        # The list of tags shows their names and counts, so only tags, names and the publication matter to it.
        if after._replace(authors=before.authors, listed=before.listed, series=before.series) != before:
            found.add(TAGS)
        return found


def purge_changes(session: Session, changes: list[Change], reason: str) -> None:
    """Purge the pages affected by ``changes`` in the caller's transaction. The caller must have flushed the changes."""
    if len(changes) > MAX_PURGED_ONE_BY_ONE:
        purge(session, [EVERYTHING], reason)
        return
    keys: set[str] = set()
    for change in changes:
        keys |= change.keys()
        # An article's page links to the next older and newer one, so a new position changes the neighbours' pages.
        # The neighbours at its former position show its title, so title_key() covers them already.
        if Shown.of(change.article).published_at != change.before.published_at:
            keys |= {article_key(id_) for id_ in _neighbours(session, change.article)}
    if keys:
        purge(session, keys, reason)


def keys_published_between(connection: Connection, since: datetime, until: datetime) -> Iterable[str]:
    """Return the keys of pages that change because an article's publication time lies in ``(since, until]``."""
    keys: set[str] = set()
    due = connection.execute(_PUBLISHED_BETWEEN, {"since": since, "until": until})
    for article_id, labels, published_at, series in due:
        keys |= {INDEX, ARCHIVE, FEEDS, TAGS, article_key(article_id), title_key(article_id)}
        keys |= {tag_key(slug) for slug, _ in labels.get("tags", [])}
        keys |= {author_key(slug) for slug, _ in labels.get("authors", [])}
        keys |= {series_key(series)} if series else set()
        # Nothing public is newer than an article that has just become public, so only the older neighbour changes.
        older = Article.published_before(Article(id=article_id, published_at=published_at))
        keys |= {article_key(id_) for id_ in connection.scalars(older.with_only_columns(Article.id).limit(1))}
    return keys


def scheduled_keys(close_days: int) -> KeysPublishedBetween:
    """Return a function that finds the keys of all pages that changed between two times without a write.

    :param close_days: how many days an article accepts comments; 0 means always.
    """

    def keys(connection: Connection, since: datetime, until: datetime) -> Iterable[str]:
        published = keys_published_between(connection, since, until)
        return {*published, *_closed_between(connection, since, until, close_days)} if close_days else published

    return keys


def _closed_between(connection: Connection, since: datetime, until: datetime, close_days: int) -> Iterable[str]:
    """Return the keys of the pages of articles whose comment period ended between the two times."""
    pause = timedelta(days=close_days)
    for article_id in connection.scalars(_IDS_PUBLISHED_BETWEEN, {"since": since - pause, "until": until - pause}):
        yield from thread_keys(article_id)


def _neighbours(session: Session, article: Article) -> Iterable[int]:
    for side in (Article.published_before(article), Article.published_after(article)):
        yield from session.scalars(side.with_only_columns(Article.id).limit(1))
