"""The forms of bulk decisions. Each carries a token, as all forms of moderators do."""

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, SelectMultipleField
from wtforms.validators import InputRequired, ValidationError

from blog.comments.models import Status
from blog.moderation.bulk_lifecycle import MAX_MEMBERS, Chosen
from blog.moderation.decisions import TRANSITIONS
from blog.moderation.forms import ReasonForm
from blog.row_ids import row_id
from blog.theming.site import number


def chosen(text: str) -> Chosen:
    """The comment in a checkbox's value: its id, revision and version, separated by dots.

    :raises ValueError: the value has another form.
    """
    parts = text.split(".")
    if len(parts) != len(Chosen._fields):
        raise ValueError(text[:50])
    return Chosen(*map(row_id, parts))


class BulkForm(ReasonForm):
    """The form for a decision on many comments."""

    to = SelectField(
        choices=list(Status), validators=[InputRequired(lazy_gettext("Please choose a decision for the comments."))]
    )


class SelectionForm(BulkForm):
    """The form for a decision on comments that were chosen on a page of the queue."""

    was = SelectField(choices=list(TRANSITIONS), validators=[InputRequired()])
    """The status that the page showed."""
    # The server does not know which comments that page showed, so it has no list of choices to compare with.
    # choose() asks whether the comments exist.
    selected = SelectMultipleField(
        coerce=chosen,
        validate_choice=False,
        invalid_value_message=lazy_gettext("That form could not be read. Please choose the comments again."),
    )

    def validate_selected(self, field: SelectMultipleField) -> None:
        """Refuse an empty choice, and one with too many comments."""
        if not field.data:
            raise ValidationError(gettext("Please choose at least one comment."))
        if len(field.data) > MAX_MEMBERS:
            raise ValidationError(
                gettext("At most %(max)s comments can be decided on at once.", max=number(MAX_MEMBERS))
            )
