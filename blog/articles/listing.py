"""Pages of articles, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, desc, func, select
from sqlalchemy.orm import InstrumentedAttribute, defer

from blog.content.models import Article, ArticleAuthor, ArticleTag, Author, Tag
from blog.database import utc_now
from blog.extensions import db

MAX_PAGE = 10_000


@dataclass(frozen=True)
class Page:
    """One page of a listing; ``number`` counts from 1, the newest."""

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
    """Page ``number`` of all public articles."""
    ids = Article.published().with_only_columns(Article.id, Article.published_at)
    return _page(ids, [Article.published_at, Article.id], number, size)


def newest_of_tag(tag: Tag, number: int, size: int) -> Page:
    """Page ``number`` of the public articles with ``tag``."""
    ids = select(ArticleTag.article_id.label("id"), ArticleTag.published_at).where(
        ArticleTag.tag_id == tag.id, ArticleTag.published_at <= utc_now()
    )
    return _page(ids, [ArticleTag.published_at, ArticleTag.article_id], number, size)


def newest_of_author(author: Author, number: int, size: int) -> Page:
    """Page ``number`` of the public articles by ``author``."""
    ids = select(ArticleAuthor.article_id.label("id"), ArticleAuthor.published_at).where(
        ArticleAuthor.author_id == author.id, ArticleAuthor.published_at <= utc_now()
    )
    return _page(ids, [ArticleAuthor.published_at, ArticleAuthor.article_id], number, size)


def tag_counts() -> list[TagCount]:
    """All tags that public articles have, by name."""
    counts = (
        select(ArticleTag.tag_id, func.count().label("count"))
        .where(ArticleTag.published_at <= utc_now())
        .group_by(ArticleTag.tag_id)
        .subquery()
    )
    rows = db.session.execute(select(Tag.slug, Tag.name, counts.c.count).join(counts, counts.c.tag_id == Tag.id))
    return sorted((TagCount(*row) for row in rows), key=lambda tag: tag.slug)


def _page(ids: Select[int, datetime], order: Sequence[InstrumentedAttribute[Any]], number: int, size: int) -> Page:
    """The page of articles that ``ids`` selects. Skipping to a page walks the index alone, never the articles."""
    wanted = ids.order_by(*(desc(column) for column in order)).limit(size + 1).offset((number - 1) * size).subquery()
    query = (
        select(Article)
        .join(wanted, wanted.c.id == Article.id)
        .order_by(desc(Article.published_at), desc(Article.id))
        .options(defer(Article.body_html))
    )
    articles = list(db.session.scalars(query))
    return Page(number, articles[:size], len(articles) > size)
