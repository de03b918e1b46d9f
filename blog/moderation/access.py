"""Checks, before every view under ``/moderation``, who may request it. No other code does this.

Closed by default: people who are not signed in may open only the views named here; all others need the role that
:mod:`blog.moderation.roles` names.
"""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog.config import settings
from blog.moderation import sessions
from blog.moderation.account_messages import role_name
from blog.moderation.blueprint import blueprint
from blog.moderation.login import sign_in_first
from blog.moderation.models import Moderator, ModeratorSession
from blog.moderation.next_url import current_url
from blog.moderation.roles import SECOND_FACTORS, Role, required_role
from blog.theming import theme

OPEN = frozenset(
    {
        "moderation.login",
        "moderation.sign_in",
        "moderation.passkey_options",
        "moderation.passkey_sign_in",
        "moderation.second_step",
        "moderation.take_second_step",
        "moderation.oidc_start",
        "moderation.oidc_callback",
        "moderation.invitation",
        "moderation.accept_invitation",
    }
)
"""The endpoints that are open without signing in."""

LOCAL_LOGIN = OPEN - {"moderation.login", "moderation.oidc_start", "moderation.oidc_callback"} | {"moderation.invite"}
"""The endpoints that are missing while everybody signs in through the provider."""

POLLED = frozenset({"moderation.changes", "moderation.claims", "moderation.bulk_progress"})
"""The endpoints that an open page requests by itself. They do not keep a session alive."""


@blueprint.before_request
def check_access() -> ResponseReturnValue | None:
    """Return ``None`` if the request is allowed, else the sign-in page or a refusal."""
    endpoint = request.endpoint or ""
    # Before OPEN is asked, because most of these endpoints are in it, too.
    if endpoint in LOCAL_LOGIN and not settings.local_login:
        abort(404)
    if endpoint in OPEN:
        return None
    row = sessions.current()
    moderator = sessions.signed_in()
    # A session that waits for its second step has a row, but nobody is signed in.
    if row is None or moderator is None:
        return _refuse_stranger()
    if endpoint not in POLLED:
        sessions.touch()
    if endpoint not in SECOND_FACTORS and _lacks_second_factor(row):
        flash(gettext("Add a second factor first: a passkey or an authenticator app. It is required here."), "notice")
        return redirect(url_for("moderation.account"), 303)
    if Role(moderator.role).includes(required_role(endpoint, request.method)):
        return None
    return _refuse_role(moderator), 403


def _lacks_second_factor(row: ModeratorSession) -> bool:
    """Whether a second factor is required that the account lacks. The provider checks its own users."""
    return settings.require_2fa and row.method != "oidc" and not row.moderator.has_second_factor


def _refuse_role(moderator: Moderator) -> str:
    detail = gettext(
        "You are signed in as %(name)s (%(role)s), and nothing was changed. "
        "An administrator can give you another role.",
        name=moderator.name,
        role=role_name(moderator.role),
    )
    return theme.render(
        "error.html", code=403, title=gettext("Your role does not allow this"), detail=detail, typed=None
    )


def _refuse_stranger() -> ResponseReturnValue:
    if request.accept_mimetypes and not request.accept_mimetypes.accept_html:
        abort(401)
    if request.method in {"GET", "HEAD"}:
        is_waiting = sessions.current() is not None
        return redirect(url_for("moderation.second_step" if is_waiting else "moderation.login", next=current_url()))
    return sign_in_first(), 401
