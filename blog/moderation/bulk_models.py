"""Bulk decisions as rows: the decision, its comments, and the outcome for each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.comments.models import Comment
from blog.database import UTCDateTime
from blog.extensions import Model
from blog.moderation.models import Moderator


class MemberOutcome(StrEnum):
    """The outcome for one member of a bulk decision."""

    WAITING = "waiting"
    """Not decided on yet. If the bulk decision has ended, it was stopped before this member."""
    DECIDED = "decided"
    AGREED = "agreed"
    """Another moderator had made the same decision on the same text."""
    LEFT = "left"
    """It has changed since it was chosen, so it was left unchanged."""


class BulkDecision(Model):
    """One decision on many comments, which is carried out in batches and can be resumed after each.

    It is proposed without ``to_status``, runs from ``started_at`` to ``finished_at``, and can be undone by another row.
    """

    __tablename__ = "bulk_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderator.id"))
    from_status: Mapped[str] = mapped_column(String(20))
    to_status: Mapped[str | None] = mapped_column(String(20))
    """``None`` until a moderator has chosen the decision and started it."""
    reason: Mapped[str] = mapped_column(String(500), default="")
    is_for_author: Mapped[bool] = mapped_column(default=False, server_default=false())
    view: Mapped[str] = mapped_column(Text, default="")
    """The URL arguments of the view that the comments came from; empty for a selection."""
    total: Mapped[int] = mapped_column(default=0)
    """The number of members."""
    is_capped: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The view has more comments than members."""
    decided: Mapped[int] = mapped_column(default=0)
    """The number of members that have been decided on."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("bulk_decision.id"), unique=True)

    moderator: Mapped[Moderator] = relationship()

    __table_args__ = (Index("ix_bulk_decision_open", "finished_at", "created_at"),)

    @property
    def is_proposed(self) -> bool:
        """Whether nobody has chosen a decision for its members yet."""
        return self.to_status is None

    @property
    def is_running(self) -> bool:
        """Whether some members may still be decided on."""
        return self.to_status is not None and self.finished_at is None


class BulkMember(Model):
    """A comment of a bulk decision, with the revision and version that were chosen."""

    __tablename__ = "bulk_member"

    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulk_decision.id", ondelete="CASCADE"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int]
    version: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20), default=MemberOutcome.WAITING)

    comment: Mapped[Comment] = relationship()

    __table_args__ = (
        # In the order in which batches and pages read the members with one outcome.
        Index("ix_bulk_member_outcome", "bulk_id", "outcome", "comment_id"),
        Index("ix_bulk_member_comment", "comment_id"),
    )
