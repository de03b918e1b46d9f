"""The forms of moderators. Each carries a token, which Flask-WTF's ``CSRFProtect`` checks before any view runs."""

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from blog.comments.models import Status
from blog.forms import Form, one_line
from blog.moderation.decisions import MAX_REASON
from blog.theming.site import number

MAX_ID = 2**31 - 1
MAX_TYPED = 1_000
"""What a field may hold at all: more than any name or password, and too little to do harm with."""


def bounded() -> Length:
    """A validator that refuses what is longer than anybody types."""
    message = lazy_gettext("That is too long: %(max)s characters are the most.", max=number(MAX_TYPED))
    return Length(max=MAX_TYPED, message=message)


def _number() -> IntegerField:
    return IntegerField(validators=[InputRequired(), NumberRange(1, MAX_ID)])


class LoginForm(Form):
    """Signing in. ``next`` and ``reason`` lead a moderator whose session had ended back to what they were about."""

    name = StringField(
        lazy_gettext("Name"),
        validators=[InputRequired(lazy_gettext("Please give your name.")), bounded()],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        validators=[InputRequired(lazy_gettext("Please give your password.")), bounded()],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()
    reason = HiddenField(filters=[lambda text: one_line(MAX_REASON)(text)[:MAX_REASON]])


class ReturningForm(Form):
    """A form that leads back to the page ``next``."""

    next = HiddenField()


class DecisionForm(ReturningForm):
    """What to do with a comment, as it was read."""

    to = SelectField(choices=list(Status), validators=[InputRequired()])
    revision = _number()
    version = _number()
    reason = StringField(
        filters=[one_line(MAX_REASON)],
        validators=[
            Length(
                max=MAX_REASON,
                message=lazy_gettext("A reason may have at most %(max)s characters.", max=number(MAX_REASON)),
            ),
        ],
    )
    is_for_author = BooleanField()
    """Whether the commenter may read the reason on the receipt."""


class UndoForm(ReturningForm):
    """Which decision to take back."""

    undoes = _number()
