"""Comments as rows."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from markupsafe import Markup
from sqlalchemy import BindParameter, CheckConstraint, ForeignKey, Index, Select, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.content.models import Article
from blog.database import UTCDateTime
from blog.extensions import Model


class Status(StrEnum):
    """Where a comment stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SPAM = "spam"


class Comment(Model):
    """What a reader wrote under an article.

    ``body`` is the text as it was written (normalised Unicode); ``body_html`` is derived from it by the rules that
    ``cleaner_version`` names. ``revision`` counts the author's versions of the text, ``version`` the row's changes: a
    decision names both, so that nobody decides on what nobody has read.
    """

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    status: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    website: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    cleaner_version: Mapped[int]
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    network: Mapped[str] = mapped_column(String(50))
    """The sender's IP address, shortened to its /24 (IPv6: /48)."""
    user_agent: Mapped[str] = mapped_column(String(300))
    held_reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it was judged as it was when it came in, for the moderator; empty when only the policy held it."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    receipt_token: Mapped[str] = mapped_column(String(43), unique=True)

    article: Mapped[Article] = relationship()

    __table_args__ = (
        CheckConstraint("status IN ('pending', 'approved', 'rejected', 'spam')", name="status"),
        UniqueConstraint("article_id", "fingerprint"),
        Index("ix_comment_article", "article_id", "status", "submitted_at", "id"),
        Index("ix_comment_queue", "status", "submitted_at", "id"),
    )

    @property
    def html(self) -> Markup:
        """The text for a template."""
        return Markup(self.body_html)  # noqa: S704 - cleaned when it was written

    @classmethod
    def approved(cls, article_id: int | BindParameter[int]) -> Select[Self]:
        """The one spelling of “shown under the article”, oldest first."""
        return (
            select(cls)
            .where(cls.article_id == article_id, cls.status == Status.APPROVED)
            .order_by(cls.submitted_at, cls.id)
        )
