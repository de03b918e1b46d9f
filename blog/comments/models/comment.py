"""Comments as rows, with their texts."""

from datetime import datetime
from enum import StrEnum

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from blog.comments.models.conditions import (
    IN_REPLIES,
    IN_THREAD,
    PUBLIC,
    WITH_BROWSER,
    WITH_EMAIL,
    WITH_NETWORK,
    Status,
    condition,
    is_public,
    partial_index,
)
from blog.comments.models.findings import CommentSignal
from blog.content.models import Article
from blog.database import UTCDateTime
from blog.extensions import Model


class AuthorRole(StrEnum):
    """Who wrote a comment: a reader, or somebody who signed in. No form sets it."""

    READER = ""
    AUTHOR = "author"
    """The author of the article."""
    MODERATOR = "moderator"


MAX_DEPTH = 4
"""The deepest nesting. Deeper replies are shown at this depth, one after the other."""
# The largest id, 2**31 - 1, has ten digits. With leading zeros, texts are sorted like numbers.
PATH_DIGITS = 10


class Comment(Model):
    """A reader's comment on an article.

    ``body`` is the newest text as it was written (normalised Unicode); ``body_html`` is derived from it by the cleaning
    rules of ``cleaner_version``. ``revision`` counts the author's versions of the text, ``version`` the changes of the
    row: a decision names both, so that nobody decides on a text that they have not read. Earlier texts are rows of
    :class:`CommentRevision`.
    """

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    status: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    approved_revision: Mapped[int | None]
    """The revision that readers see while an edit waits. ``None``: they see the newest text, or nothing."""
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), default="", server_default="")
    """The mail address in casefolded form. It is set with ``email``."""
    mail_wanted: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its author asked for mail about it. None is sent before the address is confirmed."""
    email_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the owner of the address confirmed the comment."""
    website: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    cleaner_version: Mapped[int]
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    edited_by_moderator: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a moderator wrote the newest text."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_from: Mapped[str | None] = mapped_column(String(20))
    """The status to restore."""
    network: Mapped[str] = mapped_column(String(50))
    """The sender's IP address, shortened to its /24 (IPv6: /48)."""
    user_agent: Mapped[str] = mapped_column(String(300))
    accept_language: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """The languages that the browser asked for; many programs that send spam name none."""
    held_reason: Mapped[str] = mapped_column(String(300), default="")
    """Why a comment from before there were signals was held, for the moderator; empty for all others."""
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a moderator set the status; ``None`` when the policy did."""
    author_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """The moderator's reason, if the author may read it."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Hash of sender and text as they were first submitted, so that a form sent twice is one comment."""
    receipt_token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token in the receipt's address, as hexadecimal digits."""
    author_role: Mapped[str] = mapped_column(String(20), default=AuthorRole.READER, server_default="")
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("moderator.id"))
    """The account that wrote it, if ``author_role`` is not a reader's."""

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    """The comment that it replies to."""
    root_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    """The top-level comment of its thread; ``None`` when it is one itself."""
    depth: Mapped[int] = mapped_column(default=0, server_default="0")
    """How deep it is shown: 0 for a top-level comment, ``MAX_DEPTH`` at most."""
    path: Mapped[str] = mapped_column(String(PATH_DIGITS * MAX_DEPTH), default="", server_default="")
    """Its own id after the ids of the comments that it is nested in below the root. Sorting by it gives the thread."""
    reply_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many public comments are nested in this one or reply to it; kept by :mod:`blog.comments.counts`."""
    thread_closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when its thread takes no more replies; set on top-level comments only."""

    article: Mapped[Article] = relationship()
    signals: Mapped[list[CommentSignal]] = relationship(order_by="CommentSignal.weight.desc()")
    """What the checks found; see :mod:`blog.comments.signals`."""

    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'approved', 'rejected', 'spam', 'withdrawn', 'erased')",
            name="status",
        ),
        CheckConstraint("author_role IN ('', 'author', 'moderator')", name="author_role"),
        # Refuses the second of two clicks, even at the same moment.
        UniqueConstraint("article_id", "fingerprint"),
        # The queue: all of it, or narrowed to an article or a network.
        Index("ix_comment_queue", "status", "submitted_at", "id"),
        Index("ix_comment_article_queue", "article_id", "status", "submitted_at", "id"),
        partial_index("ix_comment_network_queue", "network", "status", "submitted_at", "id", where=WITH_NETWORK),
        # What readers see: the feed of the newest comments, pages of threads, and the replies in a thread.
        partial_index("ix_comment_public", "article_id", "submitted_at", "id", where=PUBLIC),
        partial_index("ix_comment_thread", "article_id", "submitted_at", "id", where=IN_THREAD),
        partial_index("ix_comment_replies", "root_id", "path", where=IN_REPLIES),
        # Replies to one comment, wherever they are in its thread.
        partial_index("ix_comment_parent", "parent_id", where="parent_id IS NOT NULL"),
        # What is erased or emptied when its time is over.
        partial_index("ix_comment_withdrawn", "withdrawn_at", where="status = 'withdrawn'"),
        partial_index("ix_comment_network", "submitted_at", where=WITH_NETWORK),
        partial_index("ix_comment_browser", "submitted_at", where=WITH_BROWSER),
        # What is asked about a sender: how comments were decided on, and which are the newest.
        partial_index("ix_comment_email", "email_key", "status", where=WITH_EMAIL),
        partial_index("ix_comment_email_newest", "email_key", "submitted_at", "id", where=WITH_EMAIL),
        partial_index("ix_comment_network_newest", "network", "submitted_at", "id", where=WITH_NETWORK),
    )

    IS_PUBLIC = condition(PUBLIC)
    """In a query: readers see the text."""
    IS_THREAD = condition(IN_THREAD)
    """In a query: a top-level comment that is public, or that has public replies."""
    IS_REPLY = condition(IN_REPLIES)
    """In a query: a reply that is public, or that has public replies."""
    HAS_EMAIL = condition(WITH_EMAIL)
    """In a query for one ``email_key``: lets the database use the index."""
    HAS_NETWORK = condition(WITH_NETWORK)
    """In a query: the sender's network has not been dropped yet."""
    HAS_BROWSER = condition(WITH_BROWSER)
    """In a query: what the browser said about itself has not been dropped yet."""

    @validates("email")
    def _follow_email(self, _name: str, email: str) -> str:
        # A bulk UPDATE does not call this, so erasing names both columns.
        self.email_key = email.casefold()
        return email

    @property
    def is_public(self) -> bool:
        """Whether readers see a text of it: the newest, or the one approved before an edit."""
        return is_public(self.status, self.approved_revision)

    @property
    def wants_mail(self) -> bool:
        """Whether its author asked for mail and has confirmed the address."""
        return self.mail_wanted and self.email_confirmed_at is not None

    @property
    def is_held_as_spam(self) -> bool:
        """Whether a check called it spam and no moderator has looked at it yet."""
        return self.status == Status.SPAM and self.decided_at is None

    @property
    def html(self) -> Markup:
        """The newest text for a template."""
        return Markup(self.body_html)  # noqa: S704 - cleaned when it was written


class CommentRevision(Model):
    """An earlier version of a comment's text."""

    __tablename__ = "comment_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    revision: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    cleaner_version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_by_moderator: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a moderator wrote this text."""

    __table_args__ = (UniqueConstraint("comment_id", "revision"),)
