"""Signing in, as rows: the browsers that are signed in, and the attempts that were made."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.database import UTCDateTime
from blog.extensions import Model
from blog.moderation.models.account import Moderator


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


class SignInAttempt(Model):
    """How many attempts to sign in a network, an account or a device made until ``ends_at``."""

    __tablename__ = "sign_in_attempt"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
