"""Views for one's own second factors. Every change requires the password."""

from collections.abc import Callable, Sequence

from flask import current_app, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from blog.moderation import passkeys, second_factor_setup, totp
from blog.moderation.account_forms import AppForm, ConfirmationForm, CredentialForm, PasskeyForm
from blog.moderation.blueprint import blueprint, render
from blog.moderation.login import refuse_for_a_while
from blog.moderation.login_attempts import TooManyAttempts
from blog.moderation.models import Moderator
from blog.moderation.own_account_page import account_page, confirm_password
from blog.moderation.passkeys import MAX_PASSKEYS, PasskeyRefused
from blog.moderation.sessions import session_or_401
from blog.moderation.totp import SecretUnreadable
from blog.row_ids import MAX_ID

PENDING_SECRET = "totp_secret"  # noqa: S105 - the name under which the session holds it, encrypted


@blueprint.get("/account/authenticator")
def authenticator() -> str:
    """The QR code for an authenticator app, and the form for its first code."""
    return app_page(AppForm(formdata=None))


@blueprint.post("/account/authenticator")
def add_authenticator() -> ResponseReturnValue:
    """Add an authenticator app."""
    moderator, form = session_or_401().moderator, AppForm()
    if not form.validate():
        return app_page(form), 422
    try:
        confirm_password(moderator, form.password)
    except TooManyAttempts as error:
        return refuse_for_a_while(error, lambda text: app_page(form, text))
    if form.errors:
        return app_page(form), 422
    codes = second_factor_setup.add_totp(moderator, _pending_secret(), form.code.data)
    if codes is None:
        form.code.errors = (gettext("This code is wrong. Is the clock of your device right?"),)
        return app_page(form), 422
    session.pop(PENDING_SECRET, None)
    return _done(gettext("The authenticator app is added."), codes)


@blueprint.post("/account/authenticator/removal")
def remove_authenticator() -> ResponseReturnValue:
    """Remove the authenticator app."""
    return _confirmed(_remove_app)


@blueprint.post("/account/recovery-codes")
def make_recovery_codes() -> ResponseReturnValue:
    """Create ten new recovery codes and show them once."""
    return _confirmed(lambda moderator: codes_page(second_factor_setup.new_recovery_codes(moderator)))


@blueprint.post("/account/passkey-options")
def new_passkey_options() -> ResponseReturnValue:
    """The options with which a browser creates a passkey. The password is checked before anything is created."""
    from blog.moderation import passkey_ceremonies  # noqa: PLC0415 - webauthn slows every start

    moderator, form = session_or_401().moderator, PasskeyForm()
    if form.validate():
        try:
            confirm_password(moderator, form.password)
        except TooManyAttempts:
            return {"error": gettext("There were too many attempts. Please try again later.")}, 429
    if form.errors:
        return {"error": str(next(iter(form.errors.values()))[0])}, 422
    if len(moderator.passkeys) >= MAX_PASSKEYS:
        return {"error": gettext("You have too many passkeys. Remove one first.")}, 422
    return current_app.response_class(passkey_ceremonies.creation_options(moderator), mimetype="application/json")


@blueprint.post("/account/passkeys")
def add_passkey() -> ResponseReturnValue:
    """Store the passkey that the browser has created."""
    from blog.moderation import passkey_ceremonies  # noqa: PLC0415 - webauthn slows every start

    # No password here: create() accepts only a challenge from new_passkey_options(), which has asked for it.
    form = CredentialForm()
    try:
        name = form.name.data or gettext("Passkey")
        codes = passkey_ceremonies.create(session_or_401().moderator, form.credential.data or "", name)
    except PasskeyRefused:
        return account_page(error=gettext("The passkey could not be added. Please try again.")), 422
    return _done(gettext("The passkey is added."), codes)


@blueprint.post(f"/account/passkeys/<int(max={MAX_ID}):passkey_id>/removal")
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Remove one passkey."""

    def remove(moderator: Moderator) -> ResponseReturnValue:
        passkeys.remove(moderator, passkey_id)
        return _removed(gettext("The passkey is removed."), moderator)

    return _confirmed(remove)


def app_page(form: AppForm, error: str = "") -> str:
    """The page with the QR code and ``form``."""
    moderator, secret = session_or_401().moderator, _pending_secret()
    picture = totp.qr_code(moderator.name, secret)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return render("authenticator", form=form, error=error, picture=picture, secret=groups)


def codes_page(codes: Sequence[str]) -> str:
    """The page that shows recovery codes once."""
    return render("recovery_codes", codes=codes)


def _done(notice: str, codes: Sequence[str] = ()) -> ResponseReturnValue:
    """Show new recovery codes, if there are any, or else one's own account."""
    flash(notice, "notice")
    return codes_page(codes) if codes else redirect(url_for("moderation.account"), 303)


def _remove_app(moderator: Moderator) -> ResponseReturnValue:
    second_factor_setup.remove_totp(moderator)
    return _removed(gettext("The authenticator app is removed."), moderator)


def _removed(notice: str, moderator: Moderator) -> ResponseReturnValue:
    without = "" if moderator.has_second_factor else gettext("Your recovery codes no longer work.")
    return _done(f"{notice} {without}".strip())


def _confirmed(change: Callable[[Moderator], ResponseReturnValue]) -> ResponseReturnValue:
    """Make a change if the password is right; else show the account's page with an error."""
    moderator, form = session_or_401().moderator, ConfirmationForm()
    if form.validate():
        try:
            confirm_password(moderator, form.password)
        except TooManyAttempts as error:
            return refuse_for_a_while(error, lambda text: account_page(error=text))
    if form.errors:
        return account_page(error=str(form.password.errors[0])), 422
    return change(moderator)


def _pending_secret() -> str:
    """The secret of the app that is being added in this browser; it stays the same until the app is added."""
    try:
        return totp.decrypt(session[PENDING_SECRET])
    except (KeyError, SecretUnreadable):
        secret = totp.new_secret()
        # Encrypted, because the session's cookie is only signed: everybody who gets it can read what is in it.
        session[PENDING_SECRET] = totp.encrypt(secret)
        return secret
