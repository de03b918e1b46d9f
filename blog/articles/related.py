"""Links from one article to others: the older and the newer one, the parts of its series, similar ones."""

from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import Float, Integer, Select, String, bindparam, cast, func, literal, select, tuple_, union_all
from sqlalchemy.orm import load_only

from blog.content.models import Article, ArticleTag, Tag
from blog.database import UTCDateTime
from blog.extensions import db

MAX_SIMILAR = 3
MAX_TAGS = 8
CANDIDATES = 60
"""How many of the newest articles of each tag are compared, so that a very common tag costs no more than others."""
MAX_PARTS = 50

Kind = str
OLDER, NEWER, SIMILAR, PART = "older", "newer", "similar", "part"


@dataclass
class Related:
    """The related articles of one article, all public.

    ``parts`` are all parts of its series in order, including the article itself; empty if there is only one part.
    """

    older: Article | None = None
    newer: Article | None = None
    similar: list[Article] = field(default_factory=list)
    parts: list[Article] = field(default_factory=list)

    @property
    def ids(self) -> set[int]:
        """The ids of all these articles."""
        sides = [side for side in (self.older, self.newer) if side is not None]
        return {article.id for article in (*sides, *self.similar, *self.parts)}


def related(article: Article) -> Related:
    """Find all related articles of ``article`` in one query."""
    tags = [tag.slug for tag in article.tags[:MAX_TAGS]]
    values = {"id": article.id, "published_at": article.published_at, "series": article.series}
    values |= {f"tag_{number}": slug for number, slug in enumerate(tags)}
    found: dict[Kind, list[Article]] = {}
    for other, kind in db.session.execute(_statement(len(tags), is_part=article.series is not None), values):
        found.setdefault(kind, []).append(other)
    parts = found.get(PART, [])
    return Related(
        older=next(iter(found.get(OLDER, [])), None),
        newer=next(iter(found.get(NEWER, [])), None),
        similar=found.get(SIMILAR, []),
        parts=parts if len(parts) > 1 else [],
    )


@lru_cache
def _statement(tags: int, *, is_part: bool) -> Select[Article, str]:
    """Return the statement for an article that has ``tags`` tags and, if ``is_part``, belongs to a series."""
    # Building this statement again for each request makes an uncached article 80 % slower. So it is built once for
    # each shape, and all values are bound parameters.
    #
    # Each part of the UNION selects a bounded number of ids. The join then reads those articles only, and of them
    # only the columns that a link shows. Only similar articles have a weight, so these are sorted best first, and
    # the parts of a series by date.
    place = tuple_(bindparam("published_at", type_=UTCDateTime()), bindparam("id", type_=Integer()))
    wanted = union_all(
        _one(Article.published_before(place), OLDER),
        _one(Article.published_after(place), NEWER),
        *([_similar(tags)] if tags else []),
        *([_parts()] if is_part else []),
    ).subquery()
    return (
        select(Article, wanted.c.kind)
        .join(wanted, wanted.c.id == Article.id)
        .order_by(wanted.c.weight.desc(), Article.published_at, Article.id)
        .options(load_only(Article.slug, Article.title, Article.lang, Article.published_at))
    )


def _labelled(ids: Select[int], kind: Kind) -> Select[int, str, float]:
    # In a part of a UNION, SQLite allows ORDER BY and LIMIT only within a subquery.
    one = ids.subquery()
    return select(one.c.id, literal(kind, String).label("kind"), literal(0.0, Float).label("weight"))


def _one(articles: Select[Article], kind: Kind) -> Select[int, str, float]:
    return _labelled(articles.with_only_columns(Article.id).limit(1), kind)


def _parts() -> Select[int, str, float]:
    series = bindparam("series", type_=String())
    parts = Article.published().where(Article.series == series).order_by(Article.published_at, Article.id)
    return _labelled(parts.with_only_columns(Article.id).limit(MAX_PARTS), PART)


def _similar(tags: int) -> Select[int, str, float]:
    """Select the articles that share the most tags with this one; a rare tag counts more than a common one."""
    shared = union_all(*map(_of_tag, range(tags))).subquery()
    weight = func.sum(shared.c.weight)
    best = (
        select(shared.c.id, weight.label("weight"))
        .group_by(shared.c.id)
        .order_by(weight.desc(), shared.c.id.desc())
        .limit(MAX_SIMILAR)
        .subquery()
    )
    return select(best.c.id, literal(SIMILAR, String).label("kind"), best.c.weight)


def _of_tag(number: int) -> Select[int, float]:
    tag = select(Tag.id).where(Tag.slug == bindparam(f"tag_{number}", type_=String())).scalar_subquery()
    is_other = ArticleTag.article_id != bindparam("id", type_=Integer())
    newest = ArticleTag.newest_first(tag).where(is_other).limit(CANDIDATES).subquery()
    # The window function counts the candidates of this tag: each of them gets the weight 1 / (candidates + 1).
    return select(newest.c.id, (cast(1.0, Float) / (func.count().over() + 1)).label("weight"))
