"""What a reader of an article may go on to: its neighbours, the parts of its series, articles on the same subjects."""

from dataclasses import dataclass, field

from sqlalchemy import Float, Select, String, cast, func, literal, select, union_all
from sqlalchemy.orm import load_only

from blog.content.models import Article, ArticleTag, Tag
from blog.database import utc_now
from blog.extensions import db

MOST_RELATED = 3
MOST_TAGS = 8
CANDIDATES = 60
"""The newest articles of each tag that are looked at, so that a tag of half the blog costs no more than any other."""
MOST_PARTS = 50

Kind = str
OLDER, NEWER, RELATED, PART = "older", "newer", "related", "part"


@dataclass
class Around:
    """Public articles that have something to do with one; ``parts`` are in their order, and hold that one too."""

    older: Article | None = None
    newer: Article | None = None
    related: list[Article] = field(default_factory=list)
    parts: list[Article] = field(default_factory=list)

    @property
    def ids(self) -> set[int]:
        """The ids of all of them."""
        sides = [side for side in (self.older, self.newer) if side is not None]
        return {article.id for article in (*sides, *self.related, *self.parts)}


def around(article: Article) -> Around:
    """What surrounds ``article``, found in one query."""
    wanted = union_all(
        _one(Article.published_before(article), OLDER),
        _one(Article.published_after(article), NEWER),
        *([_related(article)] if article.tags else []),
        *([_parts(article.series)] if article.series else []),
    ).subquery()
    query = (
        select(Article, wanted.c.kind)
        .join(wanted, wanted.c.id == Article.id)
        .order_by(wanted.c.weight.desc(), Article.published_at, Article.id)
        .options(load_only(Article.slug, Article.title, Article.published_at))
    )
    found: dict[Kind, list[Article]] = {}
    for other, kind in db.session.execute(query):
        found.setdefault(kind, []).append(other)
    parts = found.get(PART, [])
    return Around(
        older=next(iter(found.get(OLDER, [])), None),
        newer=next(iter(found.get(NEWER, [])), None),
        related=found.get(RELATED, []),
        parts=parts if len(parts) > 1 else [],
    )


def _labelled(ids: Select[int], kind: Kind) -> Select[int, str, float]:
    one = ids.subquery()
    return select(one.c.id, literal(kind, String).label("kind"), literal(0.0, Float).label("weight"))


def _one(articles: Select[Article], kind: Kind) -> Select[int, str, float]:
    return _labelled(articles.with_only_columns(Article.id).limit(1), kind)


def _parts(series: str) -> Select[int, str, float]:
    parts = Article.published().where(Article.series == series).order_by(Article.published_at, Article.id)
    return _labelled(parts.with_only_columns(Article.id).limit(MOST_PARTS), PART)


def _related(article: Article) -> Select[int, str, float]:
    """Articles that share tags with ``article``; the rarer a tag, the more it says."""
    shared = union_all(*(_of_tag(tag.slug, article.id) for tag in article.tags[:MOST_TAGS])).subquery()
    weight = func.sum(shared.c.weight)
    best = (
        select(shared.c.id, weight.label("weight"))
        .group_by(shared.c.id)
        .order_by(weight.desc(), shared.c.id.desc())
        .limit(MOST_RELATED)
        .subquery()
    )
    return select(best.c.id, literal(RELATED, String).label("kind"), best.c.weight)


def _of_tag(slug: str, but: int) -> Select[int, float]:
    tag = select(Tag.id).where(Tag.slug == slug).scalar_subquery()
    newest = (
        select(ArticleTag.article_id.label("id"))
        .where(ArticleTag.tag_id == tag, ArticleTag.published_at <= utc_now(), ArticleTag.article_id != but)
        .order_by(ArticleTag.published_at.desc(), ArticleTag.article_id.desc())
        .limit(CANDIDATES)
        .subquery()
    )
    return select(newest.c.id, (cast(1.0, Float) / (func.count().over() + 1)).label("weight"))
