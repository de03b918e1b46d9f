"""Moderators' sessions: signed cookies that end when idle, when old, and everywhere at sign-out.

A session names its moderator and the number of that account's present sessions; as soon as the account's number moves
on (sign-out, a new password, a disabled account), no earlier cookie opens anything.
"""

from datetime import UTC, datetime, timedelta
from typing import cast

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import AnonymousUserMixin, current_user, login_user

from blog.config import settings
from blog.database import utc_now
from blog.extensions import db, login_manager
from blog.moderation import accounts
from blog.moderation.models import Moderator

STARTED, SEEN = "started_at", "seen_at"
"""When a session began, and when it was last used, in whole seconds since 1970."""


class ModerationSessions(SecureCookieSessionInterface):
    """Flask's signed cookies, which a browser that got one over HTTPS never sends over anything else."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - as the interface has it
        """Whether the cookie carries ``Secure``."""
        return request.is_secure


def init_app(app: Flask) -> None:
    """Let ``app`` know its moderators by their sessions."""
    app.session_interface = ModerationSessions()
    # A phone changes its address all the time, so a session is not tied to one.
    app.config["SESSION_PROTECTION"] = None
    login_manager.user_loader(load)  # type: ignore[no-untyped-call]


def load(identity: str) -> Moderator | None:
    """The moderator whom the request's session names, unless the session or the account has ended."""
    number, _, version = identity.partition(":")
    if not number.isdecimal() or _is_over():
        return None
    moderator = db.session.get(Moderator, int(number))
    if moderator is None or not moderator.is_active or str(moderator.session_version) != version:
        return None
    return moderator


def start(moderator: Moderator) -> None:
    """Sign ``moderator`` in, in a session that shares nothing with the one before."""
    session.clear()
    session.permanent = True
    session[STARTED] = session[SEEN] = _seconds(utc_now())
    login_user(moderator)


def touch() -> None:
    """Note that the session is in use."""
    session[SEEN] = _seconds(utc_now())


def end(moderator: Moderator) -> None:
    """Sign ``moderator`` out, here and everywhere."""
    accounts.end_sessions(moderator)
    session.clear()


def signed_in() -> Moderator | None:
    """The moderator who sent the request."""
    user = cast("Moderator | AnonymousUserMixin", current_user)
    return user if isinstance(user, Moderator) else None


def has_ended() -> bool:
    """Whether the request's session once belonged to a moderator, and no longer does."""
    return "_user_id" in session and signed_in() is None


def _is_over() -> bool:
    now = utc_now()
    is_idle = now >= _time(SEEN) + timedelta(minutes=settings.session_idle_minutes)
    return is_idle or now >= _time(STARTED) + timedelta(hours=settings.session_hours)


def _time(key: str) -> datetime:
    return datetime.fromtimestamp(session.get(key, 0), UTC)


def _seconds(time: datetime) -> int:
    return int(time.timestamp())
