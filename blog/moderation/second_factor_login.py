"""The second step of signing in: a code of the app, a recovery code, or a passkey instead of password and code."""

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog.moderation import known_browsers, login_attempts, passkeys, recovery_codes, sessions, totp
from blog.moderation.account_forms import CodeForm, CredentialForm
from blog.moderation.blueprint import blueprint, render
from blog.moderation.forms import LoginForm
from blog.moderation.login import complete, login_page, refuse_for_a_while
from blog.moderation.login_attempts import TooManyAttempts
from blog.moderation.models import Moderator
from blog.moderation.passkeys import PasskeyRefused


@blueprint.get("/login/second-step")
def second_step() -> ResponseReturnValue:
    """The form for the code."""
    next_url = request.args.get("next")
    if _waiting_moderator() is None:
        return redirect(url_for("moderation.login", next=next_url))
    return second_step_page(CodeForm(formdata=None, next=next_url))


@blueprint.post("/login/second-step")
def take_second_step() -> ResponseReturnValue:
    """Sign in the person if the code is right."""
    moderator, form = _waiting_moderator(), CodeForm()
    if moderator is None:
        return redirect(url_for("moderation.login", next=form.next.data), 303)
    if not form.validate():
        return second_step_page(form), 422
    budgets = login_attempts.for_second_step(moderator.id, known_browsers.known(moderator.name_key))
    try:
        login_attempts.take(budgets)
    except TooManyAttempts as error:
        return refuse_for_a_while(error, lambda text: second_step_page(form, text))
    if not _is_right(moderator, form.code.data):
        return second_step_page(form, gettext("This code is wrong, or was used already.")), 401
    login_attempts.give_back(budgets)
    return complete(moderator, "password", form.next.data)


@blueprint.post("/login/passkey-options")
def passkey_options() -> ResponseReturnValue:
    """The options with which a browser signs in with a passkey."""
    from blog.moderation import passkey_ceremonies  # noqa: PLC0415 - webauthn slows every start

    return current_app.response_class(passkey_ceremonies.sign_in_options(), mimetype="application/json")


@blueprint.post("/login/passkey")
def passkey_sign_in() -> ResponseReturnValue:
    """Sign in the account of a passkey. A passkey with a PIN or fingerprint counts as both factors."""
    from blog.moderation import passkey_ceremonies  # noqa: PLC0415 - webauthn slows every start

    form = CredentialForm()
    try:
        moderator = passkey_ceremonies.verify(form.credential.data or "")
    except PasskeyRefused:
        text = gettext("This passkey does not open an account here. Sign in another way.")
        return login_page(LoginForm(formdata=None, next=form.next.data), text), 401
    return complete(moderator, "passkey", form.next.data)


def second_step_page(form: CodeForm, error: str = "") -> str:
    """The page of the second step with ``form``."""
    waiting = _waiting_moderator()
    return render(
        "second_step",
        form=form,
        error=error,
        has_app=waiting is not None and waiting.totp_secret is not None,
        has_passkeys=waiting is not None and bool(waiting.passkeys) and passkeys.are_possible(),
    )


def _waiting_moderator() -> Moderator | None:
    """The moderator whose password was right in this browser, and who has not taken the second step."""
    row = sessions.current()
    return row.moderator if row is not None and row.awaits_second_factor else None


def _is_right(moderator: Moderator, code: str) -> bool:
    return totp.use_code(moderator, code) or recovery_codes.use(moderator, code)
