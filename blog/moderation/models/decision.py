"""The log of decisions as rows, the reasons that moderators can choose, and the comments on their screens."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.comments.models import Comment
from blog.database import UTCDateTime
from blog.extensions import Model
from blog.moderation.models.account import Moderator

IN_BULK = text("bulk_id IS NOT NULL")
ACCOMPANIES = text("accompanies_id IS NOT NULL")


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
    """The revision that readers saw before the decision on an edit, so that an undo can show it again."""
    reason: Mapped[str] = mapped_column(String(500))
    is_for_author: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the receipt shows the reason."""
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    # Without a foreign key, here and below: on SQLite, Alembic could add one only by creating the table again, which
    # would lose the triggers.
    bulk_id: Mapped[int | None]
    """The :class:`~blog.moderation.bulk_models.BulkDecision` that it is part of."""
    is_member: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the log shows it as a part of its bulk decision, whose entry is the first row of that."""
    accompanies_id: Mapped[int | None]
    """The decision that it was made with: undoing that one undoes this one too."""

    comment: Mapped[Comment] = relationship()
    moderator: Mapped[Moderator] = relationship()

    __table_args__ = (
        # These end with the id, so that the log is read newest first without sorting.
        Index("ix_decision_comment", "comment_id", "id"),
        Index("ix_decision_moderator", "moderator_id", "id"),
        Index("ix_decision_to", "to_status", "id"),
        Index("ix_decision_bulk", "bulk_id", "comment_id", sqlite_where=IN_BULK, postgresql_where=IN_BULK),
        Index("ix_decision_accompanies", "accompanies_id", sqlite_where=ACCOMPANIES, postgresql_where=ACCOMPANIES),
        # In the words of SQLAlchemy for ``~Decision.is_member``, which differ: else the index is not used.
        Index("ix_decision_entry", "id", sqlite_where=text("is_member = 0"), postgresql_where=text("NOT is_member")),
    )


class CannedReason(Model):
    """A reason that moderators can choose instead of typing; administrators write them."""

    __tablename__ = "canned_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(500))


class QueueClaim(Model):
    """A comment on one moderator's screen until ``expires_at``; others get other comments."""

    __tablename__ = "queue_claim"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("moderator_session.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
