"""Pages of articles, newest first."""

from dataclasses import dataclass

from sqlalchemy import Select, desc, func, select
from sqlalchemy.orm import defer

from blog.articles.labels import LabelKind
from blog.content.models import Article, ArticleTag, Author, Tag
from blog.extensions import db

MAX_PAGE = 10_000


@dataclass(frozen=True)
class Page:
    """One page of a listing; page number 1 has the newest articles."""

    number: int
    articles: list[Article]
    has_older: bool


@dataclass(frozen=True)
class TagCount:
    """A tag, and how many public articles have it."""

    slug: str
    name: str
    count: int


def newest(number: int, size: int) -> Page:
    """Return page ``number`` of all public articles."""
    return _page(Article.newest_first().with_only_columns(Article.id), number, size)


def newest_with_label(kind: LabelKind, label: Tag | Author, number: int, size: int) -> Page:
    """Return page ``number`` of the public articles with ``label``."""
    return _page(kind.link.newest_first(label.id), number, size)


def tag_counts() -> list[TagCount]:
    """Return all tags of public articles, sorted by slug."""
    counts = (
        ArticleTag.published()
        .with_only_columns(ArticleTag.tag_id, func.count().label("count"))
        .group_by(ArticleTag.tag_id)
        .subquery()
    )
    rows = db.session.execute(select(Tag.slug, Tag.name, counts.c.count).join(counts, counts.c.tag_id == Tag.id))
    return sorted((TagCount(*row) for row in rows), key=lambda tag: tag.slug)


def _page(ids: Select[int], number: int, size: int) -> Page:
    """Return one page of the articles whose ids the query ``ids`` selects, newest first."""
    # The subquery selects ids only, so that the rows before the page are skipped in the index, without reading them.
    # It selects one row more than a page shows: it tells whether there is an older page, without a count.
    wanted = ids.limit(size + 1).offset((number - 1) * size).subquery()
    query = (
        select(Article)
        .join(wanted, wanted.c.id == Article.id)
        .order_by(desc(Article.published_at), desc(Article.id))
        .options(defer(Article.body_html))
    )
    articles = list(db.session.scalars(query))
    return Page(number, articles[:size], len(articles) > size)
