"""Moderators' sessions: one row for each signed-in browser, found by the token in the browser's signed cookie.

A session ends when it is idle for too long, when it is too old, when its row is deleted, and when its account is
disabled. Only a hash of the token is stored, so that nobody can sign in with a stolen copy of the database.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import Flask, Request, abort, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from blog.comments.receipts import token_hash
from blog.config import settings
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import account_log
from blog.moderation.account_log import AccountAction
from blog.moderation.models import Moderator, ModeratorSession
from blog.networks import truncate_ip

PREFIX = "/moderation"
TOKEN = "session"  # noqa: S105 - the name under which the cookie holds the token
MAX_USER_AGENT = 300
SECOND_STEP_WITHIN = timedelta(minutes=10)
TOUCH_SECONDS = 60
"""The pause between two writes of a session's row."""


class ModerationSessions(SecureCookieSessionInterface):
    """Flask's signed cookies, read only under ``/moderation``.

    Over HTTPS the cookie has the prefix ``__Host-`` (RFC 6265bis), which requires the path ``/``. So browsers send it
    with readers' pages, too. There it is ignored, because those pages are the same for everyone.
    """

    def get_cookie_name(self, app: Flask) -> str:
        """The configured name, with the prefix over HTTPS."""
        name = super().get_cookie_name(app)
        return f"__Host-{name}" if request.is_secure else name

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - as the interface has it
        """Whether the cookie carries ``Secure``."""
        return request.is_secure

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The content of the cookie; nothing on readers' pages."""
        if request.path != PREFIX and not request.path.startswith(f"{PREFIX}/"):
            return self.session_class()
        return super().open_session(app, request)


def init_app(app: Flask) -> None:
    """Use these sessions in ``app``."""
    app.session_interface = ModerationSessions()


def start(moderator: Moderator, method: str = "password", *, awaits_second_factor: bool = False) -> None:
    """Sign in ``moderator`` with a new session that shares nothing with the one before.

    :param method: how they signed in: ``password``, ``passkey`` or ``oidc``.
    :param awaits_second_factor: the session allows nothing but the second step of signing in.
    """
    token, now = secrets.token_urlsafe(32), utc_now()
    row = ModeratorSession(
        moderator=moderator,
        token_hash=token_hash(token),
        started_at=now,
        seen_at=now,
        network=truncate_ip(request.remote_addr),
        user_agent=request.user_agent.string[:MAX_USER_AGENT],
        method=method,
        awaits_second_factor=awaits_second_factor,
    )
    with write_transaction(db.session()) as transaction:
        transaction.execute(delete(ModeratorSession).where(_is_over(now)))
        transaction.add(row)
    # Against session fixation: nothing stays that somebody else has put into the cookie of this browser.
    session.clear()
    session.permanent = True
    session[TOKEN] = token
    # Else the first two pages, if they are requested at once, each get another one, and the forms of one do not work.
    g.pop("csrf_token", None)
    generate_csrf()
    g.moderator_session = row


def current() -> ModeratorSession | None:
    """The session of the request, with its moderator."""
    # ``None`` is stored as well, so that a stranger's request asks the database only once.
    if "moderator_session" not in g:
        g.moderator_session = _find(session.get(TOKEN))
    row: ModeratorSession | None = g.moderator_session
    return row


def signed_in() -> Moderator | None:
    """The moderator who sent the request."""
    row = current()
    return row.moderator if row is not None and not row.awaits_second_factor else None


def session_or_401() -> ModeratorSession:
    """The session of the request, in a view that only moderators reach."""
    return current() or abort(401)


def moderator_or_401() -> Moderator:
    """The moderator who sent the request, in a view that only moderators reach."""
    return signed_in() or abort(401)


def has_ended() -> bool:
    """Whether the request's session belonged to a moderator, but has ended."""
    return TOKEN in session and current() is None


def touch() -> None:
    """Store that the session is in use, and from which network. A read-only database does not stop the page."""
    row, now = current(), utc_now()
    # A tenth of a short idle time, because a pause of ``TOUCH_SECONDS`` could then end a session that is in use.
    if row is None or now < row.seen_at + min(timedelta(seconds=TOUCH_SECONDS), _idle() / 10):
        return
    seen = {"seen_at": now, "network": truncate_ip(request.remote_addr)}
    try:
        with write_transaction(db.session()) as transaction:
            transaction.execute(update(ModeratorSession).where(ModeratorSession.id == row.id).values(seen))
    except OperationalError as error:
        current_app.logger.warning("A session could not be marked as used: %s", error.orig)


def listing(moderator: Moderator) -> Sequence[ModeratorSession]:
    """The sessions of ``moderator``, the most recently used first."""
    mine = (ModeratorSession.moderator_id == moderator.id, ~ModeratorSession.awaits_second_factor)
    alive = select(ModeratorSession).where(*mine, ~_is_over(utc_now()))
    return db.session.scalars(alive.order_by(ModeratorSession.seen_at.desc(), ModeratorSession.id.desc())).all()


def last_seen() -> dict[int, datetime]:
    """The last use of each signed-in account, by its id."""
    newest = select(ModeratorSession.moderator_id, func.max(ModeratorSession.seen_at))
    alive = newest.where(~ModeratorSession.awaits_second_factor, ~_is_over(utc_now()))
    return {row[0]: row[1] for row in db.session.execute(alive.group_by(ModeratorSession.moderator_id))}


def revoke(moderator: Moderator, session_id: int) -> bool:
    """End one session of ``moderator``; return whether there was one with this id."""
    one = (ModeratorSession.id == session_id, ModeratorSession.moderator_id == moderator.id)
    with write_transaction(db.session()) as transaction:
        ended = transaction.scalar(delete(ModeratorSession).where(*one).returning(ModeratorSession.id))
        if ended is not None:
            account_log.record(transaction, AccountAction.SESSION_ENDED, moderator.id, moderator)
    return ended is not None


def end(moderator: Moderator) -> None:
    """Sign out ``moderator`` on all devices."""
    with write_transaction(db.session()) as transaction:
        transaction.execute(delete(ModeratorSession).where(ModeratorSession.moderator_id == moderator.id))
    session.clear()
    g.moderator_session = None


def _find(token: object) -> ModeratorSession | None:
    if not isinstance(token, str):
        return None
    mine = select(ModeratorSession).where(ModeratorSession.token_hash == token_hash(token), ~_is_over(utc_now()))
    row = db.session.scalar(mine.options(joinedload(ModeratorSession.moderator, innerjoin=True)))
    # Without local sign-in, sessions that have begun with a password or a passkey end, too.
    if row is not None and row.method != "oidc" and not settings.local_login:
        return None
    if row is not None and row.awaits_second_factor and utc_now() > row.started_at + SECOND_STEP_WITHIN:
        return None
    return row if row is not None and row.moderator.is_active else None


def _is_over(now: datetime) -> ColumnElement[bool]:
    oldest = now - timedelta(hours=settings.session_hours)
    return or_(ModeratorSession.seen_at <= now - _idle(), ModeratorSession.started_at <= oldest)


def _idle() -> timedelta:
    return timedelta(minutes=settings.session_idle_minutes)
