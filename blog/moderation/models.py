"""Moderators, their sessions, and the log of their decisions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.comments.models import Comment
from blog.database import UTCDateTime
from blog.extensions import Model


class Moderator(Model):
    """Somebody who may decide on comments. ``name_key`` is the case-folded name, so that no two look alike."""

    __tablename__ = "moderator"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(160), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.disabled_at is None


class ModeratorSession(Model):
    """One browser in which a moderator is signed in. Deleting the row signs that browser out."""

    __tablename__ = "moderator_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderator.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token in the browser's cookie; the token itself is not stored."""
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    network: Mapped[str] = mapped_column(String(50))
    user_agent: Mapped[str] = mapped_column(String(300))

    moderator: Mapped[Moderator] = relationship()


class Decision(Model):
    """One row of the log: who decided what, when and why. Triggers refuse to change or delete it."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderator.id"))
    from_status: Mapped[str] = mapped_column(String(20))
    to_status: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int]
    approved_revision: Mapped[int | None]
    """What readers saw of a comment whose edit was decided on, so that undoing the decision shows it again."""
    reason: Mapped[str] = mapped_column(String(500))
    is_for_author: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the receipt shows the reason."""
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))

    comment: Mapped[Comment] = relationship()
    moderator: Mapped[Moderator] = relationship()

    __table_args__ = (Index("ix_decision_comment", "comment_id", "id"),)
