"""Moderators' rules, what was learned from their decisions, and requests to Akismet, as rows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from blog.database import UTCDateTime
from blog.extensions import Model


class CommentRule(Model):
    """A moderator's rule for future comments. A rule is never changed or deleted, only ended or removed.

    So the rows are the log of who made and removed which rule, and when.
    """

    __tablename__ = "comment_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(254))
    """As the moderator typed it."""
    key: Mapped[str] = mapped_column(String(254), index=True)
    """Finds the rules that may concern a comment: for a phrase, its first word."""
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


class TokenStat(Model):
    """How many comments that moderators called spam, or approved, contain a word, a domain or a feature.

    The row whose token is empty counts the comments themselves.
    """

    __tablename__ = "token_stat"

    token: Mapped[str] = mapped_column(String(120), primary_key=True)
    spam: Mapped[int]
    ham: Mapped[int]


class LearnedComment(Model):
    """What was learned from the decisions on one comment, so that it can be undone exactly."""

    __tablename__ = "learned_comment"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    decision_id: Mapped[int] = mapped_column(index=True)
    """The newest decision that was learned from. Not a foreign key, because comments must not depend on the log."""
    is_spam: Mapped[bool | None]
    """``None`` while no decision is in force that can be learned from."""
    tokens: Mapped[list[str]] = mapped_column(JSON)


class RequestKind(StrEnum):
    """A kind of request to Akismet: check a comment, or report that it is spam or ham (not spam)."""

    CHECK = "check"
    SPAM = "spam"
    HAM = "ham"


class AkismetRequest(Model):
    """A request to Akismet that waits to be sent. It is deleted when it is done, or after too many tries."""

    __tablename__ = "akismet_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    tries: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
