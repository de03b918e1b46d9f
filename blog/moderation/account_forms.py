"""The forms with which people change their own account, and administrators those of others."""

from typing import cast

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from wtforms import Field, HiddenField, IntegerField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation

from blog.forms import Form, one_line
from blog.moderation import passwords
from blog.moderation.account_messages import ROLE_NAMES
from blog.moderation.account_names import stored_form
from blog.moderation.forms import bounded, current_password_field
from blog.moderation.passwords import MAX_PASSWORD, MIN_PASSWORD, Weakness
from blog.moderation.roles import Role
from blog.row_ids import MAX_ID
from blog.theming.site import number

MAX_PASSKEY_NAME = 80
PASSWORD_HINT = lazy_gettext(
    "At least %(num)s characters. A sentence is easy to remember and hard to guess.", num=number(MIN_PASSWORD)
)


def weakness_text(weakness: Weakness) -> str:
    """Why a password cannot be used, in the language of the site."""
    if weakness is Weakness.SHORT:
        return gettext("A password has at least %(num)s characters.", num=MIN_PASSWORD)
    if weakness is Weakness.LONG:
        return gettext("A password has at most %(num)s characters.", num=number(MAX_PASSWORD))
    return gettext("This password is easy to guess. Choose one that nobody else would think of.")


def _new_password_field(label: LazyString) -> PasswordField:
    return PasswordField(
        label,
        description=PASSWORD_HINT,
        validators=[InputRequired(lazy_gettext("Please give a password.")), bounded()],
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(Form):
    """The form for a new password. ``words`` are words that it must not be made of."""

    current = current_password_field(
        lazy_gettext("Current password"), lazy_gettext("Please give your current password.")
    )
    new = _new_password_field(lazy_gettext("New password"))

    def __init__(self, *words: str, **options: object) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.words = words

    def validate_new(self, field: Field) -> None:
        """Refuse a password that is short or easy to guess."""
        _refuse_weak(field, *self.words)


class ConfirmationForm(Form):
    """The form for the current password, before a change that protects the account."""

    password = current_password_field(lazy_gettext("Your password"), lazy_gettext("Please give your password."))


def _code_field(label: LazyString) -> StringField:
    return StringField(
        label,
        validators=[InputRequired(lazy_gettext("Please give the code.")), bounded()],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )


class AppForm(ConfirmationForm):
    """The form for a code, as proof that an authenticator app has the secret."""

    code = _code_field(lazy_gettext("Code that the app shows"))


class PasskeyForm(ConfirmationForm):
    """The form before a passkey is created."""

    name = StringField(
        lazy_gettext("Name of the passkey"),
        description=lazy_gettext("To tell it from others, such as “Phone”."),
        filters=[one_line(MAX_PASSKEY_NAME)],
        validators=[Length(max=MAX_PASSKEY_NAME)],
        render_kw={"autocomplete": "off", "maxlength": MAX_PASSKEY_NAME},
    )


class CredentialForm(Form):
    """The answer of an authenticator, as JSON, with the name of a new passkey or the page to open next."""

    credential = HiddenField()
    name = HiddenField(filters=[lambda text: one_line(MAX_PASSKEY_NAME)(text)[:MAX_PASSKEY_NAME]])
    next = HiddenField()


class CodeForm(Form):
    """The form for the second step of signing in."""

    code = _code_field(lazy_gettext("Code"))
    next = HiddenField()


class JoinForm(Form):
    """The form for the name and password of an invited person."""

    name = StringField(
        lazy_gettext("Name"),
        description=lazy_gettext("Shown to the other moderators, and with it you sign in."),
        validators=[InputRequired(lazy_gettext("Please give your name.")), bounded()],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = _new_password_field(lazy_gettext("Password"))

    def validate_password(self, field: Field) -> None:
        """Refuse a password that is short or easy to guess."""
        # The stored form, because invitations.accept() judges the password with that.
        _refuse_weak(field, stored_form(self.name.data or ""))


class RoleForm(Form):
    """The form for the role of an account, or of an invitation."""

    role = SelectField(
        lazy_gettext("Role"),
        choices=[SelectChoice(role, cast("str", name)) for role, name in ROLE_NAMES.items()],
        default=Role.MODERATOR,
    )


class StatusForm(Form):
    """The form that disables or enables an account."""

    status = SelectField(choices=["active", "disabled"])


class SessionForm(Form):
    """The form that ends a session."""

    session = IntegerField(validators=[InputRequired(), NumberRange(1, MAX_ID)])


def _refuse_weak(field: Field, *words: str) -> None:
    weakness = passwords.weakness(field.data or "", *words)
    if weakness is not None:
        raise StopValidation(weakness_text(weakness))
