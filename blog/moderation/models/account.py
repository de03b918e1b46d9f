"""Accounts as rows: with their second factors, the invitations that lead to one, and the log of what was changed."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.database import UTCDateTime
from blog.extensions import Model
from blog.moderation.roles import Role


class Moderator(Model):
    """An account. ``name_key`` is the case-folded name, so that no two look alike."""

    __tablename__ = "moderator"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    # Longer than the name, because NFKC and case folding can make several characters of one.
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
    # A WebAuthn user handle has at most 64 bytes.
    passkey_handle: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    """The account's id in passkeys: random bytes that reveal nothing about it."""
    oidc_issuer: Mapped[str | None] = mapped_column(String(300))
    # “sub” has at most 255 ASCII characters (OpenID Connect Core 1.0, section 2).
    oidc_subject: Mapped[str | None] = mapped_column(String(255))

    passkeys: Mapped[list["Passkey"]] = relationship(order_by="Passkey.id")

    # NULLs are not equal to each other in it, so any number of accounts may have no provider.
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


class Passkey(Model):
    """A WebAuthn credential of a moderator: only its public half."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderator.id"), index=True)
    # WebAuthn allows credential ids of at most 1023 bytes.
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    # WebAuthn has an unsigned number of 32 bits, which PostgreSQL's INTEGER cannot hold.
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


class AccountEvent(Model):
    """One change of an account: what, whose, by whom and when. Triggers refuse to change or delete it.

    Edits of comments, and closed and reopened articles and threads, are logged here as well.
    """

    __tablename__ = "account_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(40))
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("moderator.id"), index=True)
    """The account that changed; ``None`` for an invitation, a comment, an article and a thread."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("moderator.id"))
    """Who changed it; ``None`` for the command line and for the sign-in provider."""
    detail: Mapped[str] = mapped_column(String(300))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)

    moderator: Mapped[Moderator | None] = relationship(foreign_keys=[moderator_id])
    actor: Mapped[Moderator | None] = relationship(foreign_keys=[actor_id])
