"""The page of one's own account: password, second factors, sessions."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import Field

from blog.moderation import accounts, known_browsers, login_attempts, passkeys, passwords, recovery_codes, sessions
from blog.moderation.account_forms import ConfirmationForm, PasskeyForm, PasswordForm, SessionForm
from blog.moderation.blueprint import blueprint, render
from blog.moderation.login import refuse_for_a_while
from blog.moderation.login_attempts import TooManyAttempts
from blog.moderation.models import Moderator
from blog.moderation.sessions import session_or_401


@blueprint.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change one's own password, which ends all other sessions."""
    row = session_or_401()
    moderator = row.moderator
    form = PasswordForm(moderator.name)
    if not form.validate():
        return account_page(form), 422
    try:
        confirm_password(moderator, form.current)
    except TooManyAttempts as error:
        return refuse_for_a_while(error, lambda text: account_page(form, error=text))
    if form.errors:
        return account_page(form), 422
    accounts.change_password(moderator, form.new.data)
    # The new password has ended this session as well.
    sessions.start(moderator, row.method)
    flash(gettext("Your password is changed. Your other sessions have ended."), "notice")
    return redirect(url_for("moderation.account"), 303)


@blueprint.post("/account/ended-sessions")
def end_session() -> ResponseReturnValue:
    """End one of one's own sessions."""
    row = session_or_401()
    form = SessionForm()
    if not form.validate() or not sessions.revoke(row.moderator, form.session.data):
        flash(gettext("That session has ended already."), "notice")
    elif form.session.data == row.id:
        return redirect(url_for("moderation.login"), 303)
    else:
        flash(gettext("The session has ended."), "notice")
    return redirect(url_for("moderation.account"), 303)


def confirm_password(moderator: Moderator, field: Field) -> None:
    """Check the password in ``field``; the field gets an error if it is wrong.

    :raises TooManyAttempts: there were too many attempts.
    """
    budgets = login_attempts.for_password(moderator.name_key, known_browsers.known(moderator.name_key))
    login_attempts.take(budgets)
    if passwords.is_password(moderator.password_hash, field.data):
        login_attempts.give_back(budgets)
        return
    field.errors = (gettext("This is not your current password."),)


@blueprint.get("/account", endpoint="account")
def account_page(form: PasswordForm | None = None, *, error: str = "") -> str:
    """The account of the person who is signed in, with the password form ``form``."""
    row = session_or_401()
    return render(
        "account",
        password_form=form or PasswordForm(formdata=None),
        error=error,
        current=row,
        sessions=sessions.listing(row.moderator),
        passkeys=row.moderator.passkeys,
        passkeys_possible=passkeys.are_possible(),
        passkey_form=PasskeyForm(formdata=None),
        confirmation_form=ConfirmationForm(formdata=None),
        codes_left=recovery_codes.count_left(row.moderator),
    )
