"""What the checks found in comments, and the traces by which they find earlier ones, as rows."""

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from blog.extensions import Model


class CommentSignal(Model):
    """What one check found in a comment: its weight, and the details for its sentence in any language."""

    __tablename__ = "comment_signal"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    weight: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index("ix_comment_signal_name", "name", "comment_id"),)


class CommentTrace(Model):
    """A number that finds a recent comment again, as :mod:`blog.comments.signals.traces` explains."""

    __tablename__ = "comment_trace"

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True, index=True)
