"""The forms of moderators. Each carries a token, which Flask-WTF's ``CSRFProtect`` checks before any view runs."""

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from blog.comments.forms import MAX_BODY, TextForm
from blog.comments.models import Status
from blog.forms import Form, many_lines, one_line
from blog.markup import clean_comment
from blog.markup.comment_limits import TooComplex
from blog.moderation.decisions import MAX_REASON
from blog.row_ids import MAX_ID
from blog.theming.site import number

MAX_REASONS = 50
MAX_TYPED = 1_000
"""The most characters of a field: more than any name or password, but too few to do harm."""


def bounded() -> Length:
    """A validator that refuses inputs longer than anybody types."""
    message = lazy_gettext("That is too long: at most %(max)s characters are allowed.", max=number(MAX_TYPED))
    return Length(max=MAX_TYPED, message=message)


def current_password_field(label: LazyString, missing: LazyString) -> PasswordField:
    """A field for the present password, with the error ``missing`` if it is empty."""
    validators = [InputRequired(missing), bounded()]
    return PasswordField(label, validators=validators, render_kw={"autocomplete": "current-password"})


def _number() -> IntegerField:
    return IntegerField(validators=[InputRequired(), NumberRange(1, MAX_ID)])


class LoginForm(Form):
    """The sign-in form. ``next`` and ``reason`` bring moderators back to what they did when their session ended.

    ``typed`` is a longer text, which is only shown: it stays on the page when the password was wrong.
    """

    name = StringField(
        lazy_gettext("Name"),
        validators=[InputRequired(lazy_gettext("Please give your name.")), bounded()],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = current_password_field(lazy_gettext("Password"), lazy_gettext("Please give your password."))
    next = HiddenField()
    # Cut and not refused, because an error of a field that nobody sees would stop the sign-in without a word.
    reason = HiddenField(filters=[lambda text: one_line(MAX_REASON)(text)[:MAX_REASON]])
    typed = HiddenField()


class ReturningForm(Form):
    """A form that redirects to the page ``next``."""

    next = HiddenField()


class ReasonForm(ReturningForm):
    """A form with an optional reason for a decision."""

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


class DecisionForm(ReasonForm):
    """The form for a decision on a comment."""

    to = SelectField(choices=list(Status), validators=[InputRequired()])
    revision = _number()
    version = _number()


class ReplyForm(DecisionForm):
    """The form for a moderator's reply to a comment, which approves the comment first if needed."""

    reply = StringField(
        filters=[many_lines(MAX_BODY)],
        validators=[
            InputRequired(lazy_gettext("Please write the reply.")),
            Length(
                max=MAX_BODY, message=lazy_gettext("A reply may have at most %(max)s characters.", max=number(MAX_BODY))
            ),
        ],
    )

    def validate_reply(self, field: StringField) -> None:
        """Refuse a text that shows nothing or is too complex."""
        # WTForms calls this also if Length has found the text too long. Such a text must not reach the cleaner.
        try:
            is_blank = len(field.data) <= MAX_BODY and clean_comment(field.data).is_blank
        except TooComplex as error:
            raise ValidationError(
                gettext("That has too many links, quotes, lists or signs for one comment. Please shorten it.")
            ) from error
        if is_blank:
            raise ValidationError(gettext("Please write something."))


class ReasonsForm(Form):
    """The form for the list of reasons, one per line."""

    reasons = TextAreaField(lazy_gettext("Reasons, one per line"), filters=[many_lines(MAX_REASONS * MAX_REASON)])

    def validate_reasons(self, field: TextAreaField) -> None:
        """Refuse too many reasons, and reasons that are too long."""
        lines = field.data.splitlines()
        if len(lines) > MAX_REASONS or any(len(line) > MAX_REASON for line in lines):
            raise ValidationError(
                gettext(
                    "There may be %(count)s reasons of %(max)s characters each.",
                    count=number(MAX_REASONS),
                    max=number(MAX_REASON),
                )
            )


class ModeratorEditForm(ReturningForm, TextForm):
    """The form for a moderator's new text of a comment."""

    revision = _number()
    version = _number()


class EditUndoForm(ReturningForm):
    """The revision to undo: the text before it is restored."""

    revision = _number()
    version = _number()


class UndoForm(ReturningForm):
    """The form for the decision to undo."""

    undoes = _number()
