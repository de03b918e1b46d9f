"""The outbox as rows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from blog.database import UTCDateTime
from blog.extensions import Model

# The same rows as for the states “waiting” and “sending”. For a condition on the state, SQLite would not use the index
# with this condition, but the one of states, and would have to sort all mails that wait.
NOT_DONE = text("done_at IS NULL")


class MailState(StrEnum):
    """The state of a mail."""

    WAITING = "waiting"
    SENDING = "sending"
    """A sender has claimed it. When the claim expires, the mail waits again."""
    SENT = "sent"
    DROPPED = "dropped"
    """It was no longer valid when it was due."""
    FAILED = "failed"
    """The mail server refused it permanently, or too often."""


class MailBlock(Model):
    """An address whose owner wants no mail from this site. Only its hash is kept."""

    __tablename__ = "mail_block"

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    blocked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OutboxMail(Model):
    """One mail to one address. Its text is made when it is sent, from the rows as they are then."""

    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Identifies the mail, so that it is stored only once. Its Message-ID is made from it."""
    kind: Mapped[str] = mapped_column(String(20))
    """The name of its :class:`blog.mail.kinds.MailKind`."""
    recipient: Mapped[str] = mapped_column(String(254))
    """Emptied some days after the mail was sent or dropped."""
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    """The comment that it is about."""
    version: Mapped[int] = mapped_column(default=0)
    """The version of that comment's row when the mail became due."""
    state: Mapped[str] = mapped_column(String(10), default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")
    """Why the last attempt failed, or why it was dropped. It holds no address."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When to send it or to try again. While it is being sent: when the claim expires."""
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was sent, dropped or failed; ``None`` while it waits or is being sent."""

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'dropped', 'failed')", name="state"),
        Index("ix_outbox_mail_due", "due_at", sqlite_where=NOT_DONE, postgresql_where=NOT_DONE),
        Index("ix_outbox_mail_state", "state", "done_at"),
        Index("ix_outbox_mail_comment_id", "comment_id"),
    )
