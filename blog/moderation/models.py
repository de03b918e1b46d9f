"""Moderators, their sessions, and the log of their decisions."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.comments.models import Comment
from blog.database import UTCDateTime
from blog.extensions import Model
from blog.moderation.roles import Role

IN_BULK = text("bulk_id IS NOT NULL")
ACCOMPANIES = text("accompanies_id IS NOT NULL")


class Moderator(Model):
    """An account. ``name_key`` is the case-folded name, so that no two look alike."""

    __tablename__ = "moderator"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(160), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    """Empty for an account that signs in through OpenID Connect only."""
    role: Mapped[str] = mapped_column(String(20), default=Role.MODERATOR)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_secret: Mapped[str | None] = mapped_column(String(300))
    """Encrypted; ``None`` without an authenticator app."""
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The time step of the last code that was accepted: neither it nor an earlier one is accepted again."""
    passkey_handle: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    """The account's id in passkeys: random bytes that reveal nothing about it."""
    oidc_issuer: Mapped[str | None] = mapped_column(String(300))
    oidc_subject: Mapped[str | None] = mapped_column(String(255))

    passkeys: Mapped[list["Passkey"]] = relationship(order_by="Passkey.id")

    __table_args__ = (Index("uq_moderator_oidc", "oidc_issuer", "oidc_subject", unique=True),)

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""
        return self.disabled_at is None

    @property
    def can_decide(self) -> bool:
        """Whether this account may decide on comments."""
        return Role(self.role).includes(Role.MODERATOR)

    @property
    def is_administrator(self) -> bool:
        """Whether this account may manage accounts."""
        return self.role == Role.ADMINISTRATOR

    @property
    def has_second_factor(self) -> bool:
        """Whether a password alone does not sign in."""
        return self.totp_secret is not None or bool(self.passkeys)


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
    method: Mapped[str] = mapped_column(String(20), default="password")
    """How the moderator signed in: ``password``, ``passkey`` or ``oidc``."""
    awaits_second_factor: Mapped[bool] = mapped_column(default=False)
    """The password was right, and the second step has not been taken yet."""

    moderator: Mapped[Moderator] = relationship()


class Invitation(Model):
    """A link with which one person may create an account with a role. It is deleted when it is used."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("moderator.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)

    created_by: Mapped[Moderator] = relationship()


class Passkey(Model):
    """A WebAuthn credential of a moderator: only its public half."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderator.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Model):
    """The hash of a code that replaces the second factor once. It is deleted when it is used."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderator.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))


class SignInAttempt(Model):
    """How many attempts to sign in a network, an account or a device made until ``ends_at``."""

    __tablename__ = "sign_in_attempt"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class AccountEvent(Model):
    """One change of an account: what, whose, by whom and when. Triggers refuse to change or delete it."""

    __tablename__ = "account_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(40))
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("moderator.id"), index=True)
    """The account that changed; ``None`` for an invitation, which is nobody's account yet."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("moderator.id"))
    """Who changed it; ``None`` for the command line and for the sign-in provider."""
    detail: Mapped[str] = mapped_column(String(300))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)

    moderator: Mapped[Moderator | None] = relationship(foreign_keys=[moderator_id])
    actor: Mapped[Moderator | None] = relationship(foreign_keys=[actor_id])


class QueueClaim(Model):
    """A comment on one moderator's screen until ``expires_at``; others get other comments."""

    __tablename__ = "queue_claim"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("moderator_session.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class CannedReason(Model):
    """A reason that moderators can choose instead of typing; administrators write them."""

    __tablename__ = "canned_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(500))


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
    bulk_id: Mapped[int | None]
    """The :class:`~blog.moderation.bulk_models.BulkDecision` that it is part of."""
    is_member: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the log shows it as a part of its bulk decision, whose entry is the first row of that."""
    accompanies_id: Mapped[int | None]
    """The decision that it was made with: undoing that one undoes this one too."""

    comment: Mapped[Comment] = relationship()
    moderator: Mapped[Moderator] = relationship()

    __table_args__ = (
        Index("ix_decision_comment", "comment_id", "id"),
        Index("ix_decision_moderator", "moderator_id", "id"),
        Index("ix_decision_to", "to_status", "id"),
        Index("ix_decision_bulk", "bulk_id", "comment_id", sqlite_where=IN_BULK, postgresql_where=IN_BULK),
        Index("ix_decision_accompanies", "accompanies_id", sqlite_where=ACCOMPANIES, postgresql_where=ACCOMPANIES),
        Index("ix_decision_entry", "id", sqlite_where=text("is_member = 0"), postgresql_where=text("NOT is_member")),
    )
