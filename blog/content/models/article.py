"""Articles as rows, and the definition of which of them are public."""

from datetime import datetime
from functools import cache
from typing import Self

from markupsafe import Markup
from sqlalchemy import JSON, Index, Select, String, Text, Tuple, and_, bindparam, literal, select, text, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from blog.content.models.labels import Label
from blog.content.reading_time import minutes_to_read
from blog.database import UTCDateTime, now_parameter, utc_now
from blog.extensions import Model, db


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
            # A withdrawn article keeps its slug, for the answer 410, and another article may take the same slug.
            "uq_article_live_slug",
            "slug",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        # For withdrawn articles, which the index above leaves out.
        Index("ix_article_slug", "slug"),
        # For preview links, which do not name the source.
        Index("ix_article_source_id", "source_id"),
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
        return select(cls).where(and_(cls.withdrawn_at.is_(None), cls.published_at <= now_parameter()))

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
    def changed_at(self) -> datetime:
        """The time of the last change that readers saw."""
        return last_change(self.published_at, self.updated_at)

    @property
    def reading_minutes(self) -> int:
        """The estimated reading time, at least one minute."""
        return minutes_to_read(self.word_count)

    @property
    def html(self) -> Markup:
        """The body as markup that a template does not escape."""
        return Markup(self.body_html)  # noqa: S704 - cleaned when it was synced

    @property
    def tags(self) -> list[Label]:
        """The article's tags, in the author's order."""
        return [Label(slug, name) for slug, name in self.labels.get("tags", [])]

    @property
    def authors(self) -> list[Label]:
        """The article's authors, in the article's order."""
        return [Label(slug, name) for slug, name in self.labels.get("authors", [])]


def last_change(published_at: datetime, updated_at: datetime) -> datetime:
    """Return ``updated_at``, or ``published_at`` if the update is before the publication or in the future."""
    return updated_at if published_at <= updated_at <= utc_now() else published_at


def public_article(slug: str) -> Article | None:
    """Return the public article with ``slug``."""
    return db.session.scalar(_public_by_slug(), {"slug": slug})


def was_withdrawn(slug: str) -> bool:
    """Return whether there was an article with ``slug`` that its author has withdrawn."""
    withdrawn = select(Article.id).where(Article.slug == slug, Article.withdrawn_at.is_not(None))
    return db.session.scalar(withdrawn.limit(1)) is not None


@cache
def _public_by_slug() -> Select[Article]:
    # Built once, because building it for each request made an uncached article page 5 % slower.
    return Article.published().where(Article.slug == bindparam("slug", type_=String()))


def _place(article: Article | Tuple) -> Tuple:
    """Return the sort key of ``article``: its publication time and id."""
    if isinstance(article, Tuple):
        return article
    return tuple_(literal(article.published_at, UTCDateTime), literal(article.id))
