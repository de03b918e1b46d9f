"""The forms of bulk decisions. Each carries a token, as all forms of moderators do."""

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from blog.comments.models import Status
from blog.forms import one_line
from blog.moderation.bulk import MAX_MEMBERS, Chosen
from blog.moderation.decisions import MAX_REASON, TRANSITIONS
from blog.moderation.forms import MAX_ID, ReturningForm
from blog.theming.site import number


def chosen(text: str) -> Chosen:
    """The comment that the value of a checkbox names: its id, revision and version with dots between.

    :raises ValueError: it does not look like that.
    """
    parts = text.split(".")
    if len(parts) != len(Chosen._fields) or not all(part.isascii() and part.isdecimal() for part in parts):
        raise ValueError(text[:50])
    numbers = [int(part[:12]) for part in parts]
    if not all(0 < number <= MAX_ID for number in numbers):
        raise ValueError(text[:50])
    return Chosen(*numbers)


class BulkForm(ReturningForm):
    """What becomes of many comments, and why."""

    to = SelectField(
        choices=list(Status), validators=[InputRequired(lazy_gettext("Please choose what becomes of the comments."))]
    )
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


class SelectionForm(BulkForm):
    """A decision on the comments that were chosen on a page of the queue."""

    was = SelectField(choices=list(TRANSITIONS), validators=[InputRequired()])
    """The status that the page showed."""
    selected = SelectMultipleField(
        coerce=chosen,
        validate_choice=False,
        invalid_value_message=lazy_gettext("That form could not be read. Please choose the comments again."),
    )

    def validate_selected(self, field: SelectMultipleField) -> None:
        """Refuse no comments, and more than one bulk decision may have."""
        if not field.data:
            raise ValidationError(gettext("Please choose at least one comment."))
        if len(field.data) > MAX_MEMBERS:
            raise ValidationError(
                gettext("At most %(max)s comments can be decided on at once.", max=number(MAX_MEMBERS))
            )
