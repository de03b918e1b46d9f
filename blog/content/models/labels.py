"""Tags and authors as rows, and the rows that link articles to them."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, synonym

from blog.database import UTCDateTime, now_parameter
from blog.extensions import Model


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
        return select(cls.article_id.label("id")).where(cls.published_at <= now_parameter())

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
