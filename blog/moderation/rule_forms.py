"""The form for a rule for future comments."""

from collections.abc import Mapping
from typing import cast

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from wtforms import Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, StopValidation

from blog.comments.signals.rule_matching import BadRule, RuleAction, RuleKind, normal_key
from blog.forms import Form, one_line
from blog.moderation.rules import RuleDraft, TrustRefused, draft

MAX_TEXT, MAX_NOTE = 254, 300
KIND_NAMES: Mapping[str, LazyString] = {
    RuleKind.WORD: lazy_gettext("Word, or words in a row"),
    RuleKind.NAME: lazy_gettext("Name"),
    RuleKind.ADDRESS: lazy_gettext("E-mail address"),
    RuleKind.DOMAIN: lazy_gettext("Domain"),
    RuleKind.NETWORK: lazy_gettext("Network"),
}
ACTION_NAMES: Mapping[str, LazyString] = {
    RuleAction.BLOCK: lazy_gettext("Block: it is spam"),
    RuleAction.HOLD: lazy_gettext("Hold: a moderator decides"),
    RuleAction.TRUST: lazy_gettext("Trust: links or many comments do not count"),
}
DAYS: Mapping[str, LazyString] = {
    "": lazy_gettext("permanently"),
    "7": lazy_gettext("for a week"),
    "30": lazy_gettext("for 30 days"),
    "365": lazy_gettext("for a year"),
}
EXPECTED: Mapping[str, LazyString] = {
    RuleKind.WORD: lazy_gettext("Please give a word, with a letter or a digit."),
    RuleKind.NAME: lazy_gettext("Please give a name, with a letter or a digit."),
    RuleKind.ADDRESS: lazy_gettext("Please give an e-mail address such as ada@example.org."),
    RuleKind.DOMAIN: lazy_gettext("Please give a domain such as example.org."),
    RuleKind.NETWORK: lazy_gettext("Please give an IP address, or a network from /8 to /24 (IPv6: /16 to /48)."),
}


def _choices(names: Mapping[str, LazyString]) -> list[SelectChoice]:
    return [SelectChoice(value, cast("str", name)) for value, name in names.items()]


class RuleForm(Form):
    """The form for a rule, to preview it and to create it."""

    kind = SelectField(lazy_gettext("What"), choices=_choices(KIND_NAMES), default=RuleKind.WORD)
    text = StringField(
        lazy_gettext("Which"),
        filters=[one_line(MAX_TEXT)],
        validators=[InputRequired(lazy_gettext("Please say which.")), Length(max=MAX_TEXT)],
    )
    action = SelectField(lazy_gettext("What to do"), choices=_choices(ACTION_NAMES), default=RuleAction.BLOCK)
    days = SelectField(lazy_gettext("How long"), choices=_choices(DAYS), default="")
    note = StringField(lazy_gettext("Note (optional)"), filters=[one_line(MAX_NOTE)], validators=[Length(max=MAX_NOTE)])

    def validate_text(self, field: Field) -> None:
        """The text must fit the chosen kind."""
        if self.kind.data in EXPECTED:
            try:
                normal_key(RuleKind(self.kind.data), field.data)
            except BadRule as error:
                raise StopValidation(str(EXPECTED[self.kind.data])) from error

    def validate_action(self, field: Field) -> None:
        """Only what nobody can fake may be trusted."""
        # An invalid choice has its own error, but this validator runs nevertheless.
        # The text was checked before, in the order of the fields: draft() raises an error for one that does not fit.
        if self.kind.data not in EXPECTED or field.data not in set(RuleAction) or self.text.errors:
            return
        try:
            draft(RuleKind(self.kind.data), self.text.data, RuleAction(field.data))
        except TrustRefused as error:
            raise StopValidation(
                gettext("Only domains and networks can be trusted: anybody can give any name or address.")
            ) from error

    @property
    def draft(self) -> RuleDraft:
        """The rule in the valid form."""
        days = int(self.days.data) if self.days.data else None
        return draft(RuleKind(self.kind.data), self.text.data, RuleAction(self.action.data), self.note.data or "", days)
