"""Articles, tags, authors and redirects as rows."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Self

from markupsafe import Markup
from sqlalchemy import (
    JSON,
    BindParameter,
    ForeignKey,
    Index,
    ScalarSelect,
    Select,
    String,
    Text,
    Tuple,
    and_,
    bindparam,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from blog.database import UTCDateTime, utc_now
from blog.extensions import Model, db

WORDS_A_MINUTE = 220


class Article(Model):
    """A published piece. ``body_html`` is clean: it was made by ``markup.clean_article`` when it was synced."""

    __tablename__ = "article"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(300))
    source_id: Mapped[str] = mapped_column(String(500))
    revision: Mapped[str] = mapped_column(String(64))
    """What the source said of the document's version when it was last synced; equal means unchanged."""
    slug: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(300))
    body_html: Mapped[str] = mapped_column(Text)
    excerpt: Mapped[str] = mapped_column(Text)
    image: Mapped[str | None] = mapped_column(String(500))
    image_alt: Mapped[str] = mapped_column(String(500))
    image_caption: Mapped[str] = mapped_column(Text, default="", server_default="")
    image_width: Mapped[int | None]
    image_height: Mapped[int | None]
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    comment_policy: Mapped[str | None] = mapped_column(String(20))
    """``moderated``, ``first``, ``open`` or ``closed``; the site's policy where it is ``None``."""
    comments_closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a moderator closed the comments, whatever the policy; no sync changes it."""
    canonical_url: Mapped[str | None] = mapped_column(String(500))
    seo_title: Mapped[str] = mapped_column(String(300))
    seo_description: Mapped[str] = mapped_column(String(500))
    word_count: Mapped[int] = mapped_column(default=0, server_default="0")
    series: Mapped[str | None] = mapped_column(String(200))
    """The name that the parts of a longer piece have in common."""
    lang: Mapped[str | None] = mapped_column(String(50))
    """The language of the text, as a tag of BCP 47; ``None`` where it is the site's."""
    labels: Mapped[dict[str, list[list[str]]]] = mapped_column(JSON, default=dict, server_default="{}")
    """Slug and name of each of its ``tags`` and ``authors``, so that no page has to look them up."""
    comment_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many comments readers see under it; kept by :mod:`blog.comments.counts`."""

    __table_args__ = (
        Index("uq_article_source_source_id", "source", "source_id", unique=True),
        Index(
            "uq_article_live_slug",
            "slug",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_article_slug", "slug"),
        Index("ix_article_series", "series", "published_at", "id"),
        Index(
            "ix_article_newest",
            "published_at",
            "id",
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    @classmethod
    def published(cls) -> Select[Self]:
        """The one spelling of “public”: neither withdrawn nor still to come."""
        return select(cls).where(and_(cls.withdrawn_at.is_(None), cls.published_at <= now()))

    @classmethod
    def newest_first(cls) -> Select[Self]:
        """The public articles, newest first."""
        return cls.published().order_by(cls.published_at.desc(), cls.id.desc())

    @classmethod
    def published_before(cls, article: "Article | Tuple") -> Select[Self]:
        """The public articles older than ``article``, newest first. It is public itself, so they need no other bound.

        In place of the article, its time and id will do.

        A second upper bound would keep a database from starting at ``article``: it would read all newer ones first.
        """
        older = tuple_(cls.published_at, cls.id) < _place(article)
        return select(cls).where(cls.withdrawn_at.is_(None), older).order_by(cls.published_at.desc(), cls.id.desc())

    @classmethod
    def published_after(cls, article: "Article | Tuple") -> Select[Self]:
        """The public articles newer than ``article``, oldest first."""
        newer = tuple_(cls.published_at, cls.id) > _place(article)
        return cls.published().where(newer).order_by(cls.published_at, cls.id)

    @property
    def is_published(self) -> bool:
        """Whether this very article is public now."""
        return self.withdrawn_at is None and self.published_at <= utc_now()

    @property
    def reading_minutes(self) -> int:
        """About how long it takes to read, at least a minute."""
        return max(1, round(self.word_count / WORDS_A_MINUTE))

    @property
    def html(self) -> Markup:
        """The body for a template."""
        return Markup(self.body_html)  # noqa: S704 - cleaned when it was synced

    @property
    def tags(self) -> list["Label"]:
        """The article's tags, in its author's order."""
        return [Label(slug, name) for slug, name in self.labels.get("tags", [])]

    @property
    def authors(self) -> list["Label"]:
        """The article's authors, in its own order."""
        return [Label(slug, name) for slug, name in self.labels.get("authors", [])]


def public_article(slug: str) -> Article | None:
    """The public article at the address that ends in ``slug``."""
    return db.session.scalar(_public_by_slug(), {"slug": slug})


@cache
def _public_by_slug() -> Select[Article]:
    # Kept, because putting it together for each page would make an uncached article 5 % slower.
    return Article.published().where(Article.slug == bindparam("slug", type_=String()))


def now() -> BindParameter[datetime]:
    """The present moment of whenever a statement is executed, so that the statement can be used again."""
    return bindparam("now", callable_=utc_now, type_=UTCDateTime(), unique=True)


def _place(article: Article | Tuple) -> Tuple:
    """Where ``article`` stands in the order of all articles."""
    if isinstance(article, Tuple):
        return article
    return tuple_(literal(article.published_at, UTCDateTime), literal(article.id))


class Label(NamedTuple):
    """A tag or an author as an article shows them."""

    slug: str
    name: str


class LabelColumns:
    """The columns of a kind of label. Two spellings with one slug are one label."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    source_key: Mapped[str | None] = mapped_column(String(500), index=True)
    """What the source calls it however it is named; ``None`` where the source knows names alone."""


class Tag(LabelColumns, Model):
    """A subject that articles share."""

    __tablename__ = "tag"


class Author(LabelColumns, Model):
    """A person who writes articles."""

    __tablename__ = "author"


class ArticleLabelColumns:
    """The columns that link an article to a label, which the link table names itself.

    They repeat the article's time, so that a label's newest articles are found without a join. A withdrawn article has
    no such rows.
    """

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)

    if TYPE_CHECKING:
        label_id: Mapped[int]

    @classmethod
    def published(cls) -> Select[int]:
        """The ids of public articles, one for each label that they have."""
        return select(cls.article_id.label("id")).where(cls.published_at <= now())

    @classmethod
    def newest_first(cls, label_id: int | ScalarSelect[int]) -> Select[int]:
        """The ids of the public articles with one label, newest first."""
        return cls.published().where(cls.label_id == label_id).order_by(cls.published_at.desc(), cls.article_id.desc())


class ArticleTag(ArticleLabelColumns, Model):
    """One tag of one article."""

    __tablename__ = "article_tag"

    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    label_id = synonym("tag_id")

    __table_args__ = (Index("ix_article_tag_newest", "tag_id", "published_at", "article_id"),)


class ArticleAuthor(ArticleLabelColumns, Model):
    """One author of one article."""

    __tablename__ = "article_author"

    author_id: Mapped[int] = mapped_column(ForeignKey("author.id", ondelete="CASCADE"), primary_key=True)
    label_id = synonym("author_id")

    __table_args__ = (Index("ix_article_author_newest", "author_id", "published_at", "article_id"),)


class FormerSlug(Model):
    """A slug that a tag or an author had, and the slug that it has now."""

    __tablename__ = "former_slug"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    """The name of the table: ``tag`` or ``author``."""
    slug: Mapped[str] = mapped_column(String(200), primary_key=True)
    target: Mapped[str] = mapped_column(String(200), index=True)


class Redirect(Model):
    """A former address of an article, as a path that begins with a slash."""

    __tablename__ = "redirect"

    path: Mapped[str] = mapped_column(String(500), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)

    article: Mapped[Article] = relationship(lazy="joined", innerjoin=True)
