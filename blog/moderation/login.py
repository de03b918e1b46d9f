"""Signing in with name and password, and signing out."""

from collections.abc import Callable

from flask import Response, flash, get_flashed_messages, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from blog.config import settings
from blog.database import utc_now
from blog.moderation import known_browsers, login_attempts, passkeys, sessions
from blog.moderation.account_names import name_key
from blog.moderation.authentication import authenticate
from blog.moderation.blueprint import blueprint, render
from blog.moderation.forms import LoginForm
from blog.moderation.login_attempts import TooManyAttempts
from blog.moderation.models import Moderator
from blog.moderation.next_url import safe_next_url
from blog.unsaved_text import LONG_TEXT_FIELDS


@blueprint.get("/login")
def login() -> ResponseReturnValue:
    """The sign-in form."""
    next_url = request.args.get("next")
    if sessions.signed_in() is not None:
        return redirect(safe_next_url(next_url))
    return login_page(LoginForm(formdata=None, next=next_url))


@blueprint.post("/login")
def sign_in() -> ResponseReturnValue:
    """Start a session, and redirect to the page that the moderator wanted."""
    form = LoginForm()
    if not form.validate():
        return login_page(form), 422
    key = name_key(form.name.data)
    budgets = login_attempts.for_password(key, known_browsers.known(key))
    try:
        login_attempts.take(budgets)
    except TooManyAttempts as error:
        return refuse_for_a_while(error, lambda text: login_page(form, text))
    moderator = authenticate(form.name.data, form.password.data)
    if moderator is None:
        return login_page(form, gettext("This name and this password do not belong together.")), 401
    # Before the second step, which has a budget of its own.
    login_attempts.give_back(budgets)
    if moderator.has_second_factor:
        return ask_for_second_step(moderator, form.next.data, form.reason.data)
    return complete(moderator, "password", form.next.data, form.reason.data)


def complete(moderator: Moderator, method: str, next_url: str | None, reason: str = "") -> ResponseReturnValue:
    """Start the session of ``moderator``, and redirect to ``next_url``.

    :param reason: what they had typed before they had to sign in; it stays in the browser.
    """
    # Read before the session starts, because start() empties the cookie.
    reasons = [reason] if reason else get_flashed_messages(category_filter=["reason"])
    sessions.start(moderator, method)
    known_browsers.remember(moderator.name_key)
    for text in reasons:
        flash(str(text), "reason")
    return redirect(safe_next_url(next_url), 303)


def ask_for_second_step(moderator: Moderator, next_url: str | None, reason: str) -> ResponseReturnValue:
    """Remember that the password was right, and redirect to the second step."""
    sessions.start(moderator, awaits_second_factor=True)
    if reason:
        flash(reason, "reason")
    return redirect(url_for("moderation.second_step", next=next_url or None), 303)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """End the moderator's sessions on every device."""
    moderator = sessions.signed_in()
    if moderator is not None:
        sessions.end(moderator)
    flash(gettext("You are signed out, on every device."), "notice")
    return redirect(url_for("moderation.login"), 303)


def login_page(form: LoginForm, error: str = "") -> str:
    """The sign-in page with ``form``. A text that was typed into another form is shown, so that it can be copied."""
    return render(
        "login",
        form=form,
        error=error,
        has_ended=sessions.has_ended(),
        is_local=settings.local_login,
        has_passkeys=settings.local_login and passkeys.are_possible(),
        has_provider=settings.oidc_issuer is not None,
    )


def sign_in_first() -> str:
    """The response to a form whose sender is no longer signed in: a sign-in page that keeps the input.

    The reason of a decision returns after signing in. Longer texts are shown until then.
    """
    address, queue = safe_next_url(request.path), url_for("moderation.queue")
    comment_id = (request.view_args or {}).get("comment_id")
    # For an address that takes only POST, safe_next_url() returns the queue. The comment's own page is better then.
    if comment_id and address == queue:
        address = url_for("moderation.comment", comment_id=comment_id)
    typed = next(filter(None, map(request.form.get, LONG_TEXT_FIELDS)), "")
    form = LoginForm(formdata=None, next=address, reason=request.form.get("reason", ""), typed=typed)
    return login_page(form, gettext("Nothing was changed, because you are not signed in."))


def refuse_for_a_while(error: TooManyAttempts, page: Callable[[str], str]) -> Response:
    """The same page with an error that says when to try again."""
    seconds = max(1, int((error.ends_at - utc_now()).total_seconds()))
    text = ngettext(
        "There were too many attempts. Please try again in %(num)s minute.",
        "There were too many attempts. Please try again in %(num)s minutes.",
        -(-seconds // 60),  # rounded up
    )
    return make_response(page(text), 429, {"Retry-After": str(seconds)})
