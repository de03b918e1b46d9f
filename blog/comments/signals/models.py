"""Rules that moderators make, as rows."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from blog.database import UTCDateTime
from blog.extensions import Model


class CommentRule(Model):
    """What moderators decided about comments to come. A rule is never changed or deleted, only ended or removed.

    So the rows are the log of who made and removed which rule, and when.
    """

    __tablename__ = "comment_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(254))
    """As its author gave it."""
    key: Mapped[str] = mapped_column(String(254), index=True)
    """By which the rules that may concern a comment are found: for a phrase, its first word."""
    action: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(300))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("moderator.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("moderator.id"))

    __table_args__ = (
        CheckConstraint("kind IN ('word', 'name', 'address', 'domain', 'network')", name="kind"),
        CheckConstraint("action IN ('block', 'hold', 'trust')", name="action"),
    )
