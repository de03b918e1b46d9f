"""Pages of articles, newest first."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Integer, Select, bindparam, desc, select
from sqlalchemy.orm import defer

from blog.articles.labels import LabelKind
from blog.content.cache_keys import comments_key
from blog.content.models import Article, Author, Tag
from blog.extensions import db

MAX_PAGE = 10_000


@dataclass(frozen=True)
class Page:
    """One page of a listing; page number 1 has the newest articles."""

    number: int
    articles: list[Article]
    has_older: bool

    @property
    def count_keys(self) -> list[str]:
        """A cache key for each article, since listings show how many comments it has."""
        return [comments_key(article.id) for article in self.articles]


def newest(number: int, size: int) -> Page:
    """Return page ``number`` of all public articles."""
    return _page(_statement(None), number, size)


def newest_with_label(kind: LabelKind, label: Tag | Author, number: int, size: int) -> Page:
    """Return page ``number`` of the public articles with ``label``."""
    return _page(_statement(kind), number, size, label_id=label.id)


def _page(statement: Select[Article], number: int, size: int, **values: int) -> Page:
    """Return one page of the articles that ``statement`` with ``values`` selects."""
    # One row more than a page shows tells whether there is an older page, without a count.
    values |= {"rows": size + 1, "skipped": (number - 1) * size}
    articles = list(db.session.scalars(statement, values))
    return Page(number, articles[:size], len(articles) > size)


@cache
def _statement(kind: LabelKind | None) -> Select[Article]:
    """Select ``rows`` public articles, newest first, after ``skipped`` others; with a ``kind``, those with a label."""
    # Built once, because building it for each request made an index that is not cached 33 % slower.
    if kind is None:
        ids = Article.newest_first().with_only_columns(Article.id)
    else:
        ids = kind.link.newest_first(bindparam("label_id", type_=Integer()))
    # The subquery selects ids only, so that the rows before the page are skipped in the index, without reading them.
    rows, skipped = bindparam("rows", type_=Integer()), bindparam("skipped", type_=Integer())
    wanted = ids.limit(rows).offset(skipped).subquery()
    return (
        select(Article)
        .join(wanted, wanted.c.id == Article.id)
        # Sorted again, because a join does not keep the order of the subquery.
        .order_by(desc(Article.published_at), desc(Article.id))
        .options(defer(Article.body_html))
    )
