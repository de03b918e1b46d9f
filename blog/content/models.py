"""Database models for articles, tags, authors and redirects."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Self

from markupsafe import Markup
from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
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
    """An article. ``body_html`` is safe to display: ``markup.clean_article`` sanitized it during the sync."""

    __tablename__ = "article"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(300))
    source_id: Mapped[str] = mapped_column(String(500))
    revision: Mapped[str] = mapped_column(String(64))
    """The source's version of the document at the last sync; the same value means that it has not changed."""
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
    """``moderated``, ``first``, ``open`` or ``closed``; ``None`` means the site's policy."""
    comments_closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a moderator closed the comments; overrides the policy, and no sync changes it."""
    canonical_url: Mapped[str | None] = mapped_column(String(500))
    seo_title: Mapped[str] = mapped_column(String(300))
    seo_description: Mapped[str] = mapped_column(String(500))
    word_count: Mapped[int] = mapped_column(default=0, server_default="0")
    series: Mapped[str | None] = mapped_column(String(200))
    """The name of the series that this article is part of."""
    lang: Mapped[str | None] = mapped_column(String(50))
    """The language of the text as a BCP 47 tag; ``None`` means the site's language."""
    labels: Mapped[dict[str, list[list[str]]]] = mapped_column(JSON, default=dict, server_default="{}")
    """Slug and name of each of its ``tags`` and ``authors``, so that pages need no query for them."""
    comment_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many comments readers see under it; updated by :mod:`blog.comments.counts`."""

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
        """Select the public articles: not withdrawn, and not scheduled for later. All code uses this definition."""
        return select(cls).where(and_(cls.withdrawn_at.is_(None), cls.published_at <= now()))

    @classmethod
    def newest_first(cls) -> Select[Self]:
        """Select the public articles, newest first."""
        return cls.published().order_by(cls.published_at.desc(), cls.id.desc())

    @classmethod
    def published_before(cls, article: "Article | Tuple") -> Select[Self]:
        """Select the public articles older than ``article``, newest first.

        ``article`` must be public, or a tuple of the publication time and id of a public article.
        """
        # No comparison with the present time: articles older than a public one are public too, and with a second
        # upper bound a database would not start at `article` in the index but read all newer rows first.
        older = tuple_(cls.published_at, cls.id) < _place(article)
        return select(cls).where(cls.withdrawn_at.is_(None), older).order_by(cls.published_at.desc(), cls.id.desc())

    @classmethod
    def published_after(cls, article: "Article | Tuple") -> Select[Self]:
        """Select the public articles newer than ``article``, oldest first."""
        newer = tuple_(cls.published_at, cls.id) > _place(article)
        return cls.published().where(newer).order_by(cls.published_at, cls.id)

    @property
    def is_published(self) -> bool:
        """Whether this article is public now."""
        return self.withdrawn_at is None and self.published_at <= utc_now()

    @property
    def reading_minutes(self) -> int:
        """The estimated reading time, at least one minute."""
        return max(1, round(self.word_count / WORDS_A_MINUTE))

    @property
    def html(self) -> Markup:
        """The body as markup that a template does not escape."""
        return Markup(self.body_html)  # noqa: S704 - cleaned when it was synced

    @property
    def tags(self) -> list["Label"]:
        """The article's tags, in the author's order."""
        return [Label(slug, name) for slug, name in self.labels.get("tags", [])]

    @property
    def authors(self) -> list["Label"]:
        """The article's authors, in the article's order."""
        return [Label(slug, name) for slug, name in self.labels.get("authors", [])]


def public_article(slug: str) -> Article | None:
    """Return the public article with ``slug``."""
    return db.session.scalar(_public_by_slug(), {"slug": slug})


@cache
def _public_by_slug() -> Select[Article]:
    # Built once, because building it for each request made an uncached article page 5 % slower.
    return Article.published().where(Article.slug == bindparam("slug", type_=String()))


def now() -> BindParameter[datetime]:
    """A parameter with the time at which the statement is executed, so that the statement can be reused."""
    return bindparam("now", callable_=utc_now, type_=UTCDateTime(), unique=True)


def _place(article: Article | Tuple) -> Tuple:
    """Return the sort key of ``article``: its publication time and id."""
    if isinstance(article, Tuple):
        return article
    return tuple_(literal(article.published_at, UTCDateTime), literal(article.id))


class Label(NamedTuple):
    """A tag or an author as an article displays it."""

    slug: str
    name: str


class LabelColumns:
    """Columns that tags and authors share. Names with the same slug are the same label."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    source_key: Mapped[str | None] = mapped_column(String(500), index=True)
    """The source's identifier, which survives renaming; ``None`` if the source has only names."""


class Tag(LabelColumns, Model):
    """A subject that articles share."""

    __tablename__ = "tag"


class Author(LabelColumns, Model):
    """A person who writes articles."""

    __tablename__ = "author"


class ArticleLabelColumns:
    """Columns of the tables that link articles to tags or authors; each table adds its own foreign key.

    They repeat the article's publication time, so that a label's newest articles are found without a join. A withdrawn
    article has no such rows.
    """

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)

    if TYPE_CHECKING:
        label_id: Mapped[int]

    @classmethod
    def published(cls) -> Select[int]:
        """Select the ids of public articles, once for each label of the article."""
        return select(cls.article_id.label("id")).where(cls.published_at <= now())

    @classmethod
    def newest_first(cls, label_id: int | ColumnElement[int]) -> Select[int]:
        """Select the ids of the public articles with one label, newest first."""
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
    """A former slug of a tag or an author, and its current slug."""

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
