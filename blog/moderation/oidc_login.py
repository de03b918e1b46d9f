"""Views for signing in through the provider."""

import secrets

from flask import abort, current_app, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog.config import settings
from blog.moderation.blueprint import blueprint
from blog.moderation.forms import LoginForm
from blog.moderation.login import complete, login_page
from blog.theming.site import absolute_url

REQUEST = "oidc"
"""The key of the attempt in the session."""


@blueprint.get("/login/oidc")
def oidc_start() -> ResponseReturnValue:
    """Send the browser to the provider."""
    if settings.oidc_issuer is None:
        abort(404)
    from blog.moderation import oidc, oidc_provider  # noqa: PLC0415 - imported at the start if there is a provider

    values = oidc.new_request()
    try:
        address = oidc.authorization_url(values, _callback_url())
    except oidc_provider.ProviderFailed as error:
        return _failed(error, 502, request.args.get("next"))
    # The address is cut, because the session is a cookie, and browsers drop cookies of more than 4 kB.
    session[REQUEST] = values | {"next": request.args.get("next", "")[:500]}
    return redirect(address)


@blueprint.get("/login/oidc/callback")
def oidc_callback() -> ResponseReturnValue:
    """Sign in the person who comes back from the provider."""
    if settings.oidc_issuer is None:
        abort(404)
    from blog.moderation import oidc, oidc_accounts, oidc_provider  # noqa: PLC0415 - imported at the start if there is a provider

    # Removed, so that an answer is valid once. Without an attempt, no answer can have this random state.
    values = session.pop(REQUEST, None) or {"state": secrets.token_urlsafe(), "nonce": "", "verifier": "", "next": ""}
    try:
        claims = oidc.claims_for(request.args, values, _callback_url())
        moderator = oidc_accounts.account_of(claims)
    except oidc_provider.ProviderFailed as error:
        return _failed(error, 401, values["next"])
    except oidc_accounts.NotAdmitted:
        text = gettext("Your account at the provider has no role here. Ask an administrator.")
        return login_page(LoginForm(formdata=None, next=values["next"]), text), 403
    return complete(moderator, "oidc", values["next"])


def _callback_url() -> str:
    return absolute_url("moderation.oidc_callback")


def _failed(error: Exception, status: int, next_url: str | None) -> ResponseReturnValue:
    current_app.logger.warning("Signing in through %s did not work: %s", settings.oidc_issuer, error)
    text = gettext("Signing in through the provider did not work. Please try again.")
    return login_page(LoginForm(formdata=None, next=next_url), text), status
