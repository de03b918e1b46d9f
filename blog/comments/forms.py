"""The comment form."""

import re

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Field, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from blog.comments.challenges import MAX_PROOF
from blog.config import settings
from blog.forms import Form, many_lines, one_line
from blog.mail import is_configured
from blog.markup import clean_comment
from blog.markup.comment import CleanComment
from blog.markup.comment_limits import TooComplex
from blog.markup.comment_links import is_web_address
from blog.row_ids import MAX_ID
from blog.theming.site import number
from blog.unicode import has_visible_text

# 254 is the longest address that SMTP can carry (RFC 5321, section 4.5.3.1.3: 256 with its angle brackets).
MAX_NAME, MAX_EMAIL, MAX_WEBSITE, MAX_BODY = 80, 254, 300, 5_000
MAX_PARENT = len(str(MAX_ID))
BARE_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d{1,5})?([/?#].*)?")


def complete_web_address(text: str) -> str:
    """Return ``example.org/x`` as ``https://example.org/x``, and any other text unchanged."""
    return f"https://{text}" if BARE_HOST.fullmatch(text) else text


def _proof(text: str | None) -> str:
    """A text that cannot be a proof becomes a wrong one, so that a page can repeat it."""
    if not text:
        return ""
    return text if len(text) <= MAX_PROOF and text.isascii() and text.isprintable() else "wrong"


class TextForm(Form):
    """The text of a comment, new or edited. After an error, the fields still hold what was typed.

    The form has no CSRF token, because the pages that show it are the same for everyone. Instead, a request must come
    from a page of this site (:func:`blog.same_origin.is_same_origin`).
    """

    clean: CleanComment
    """The comment as it will be shown; set once the text has been validated."""

    class Meta:
        """No CSRF token, so no session and no cookie."""

        csrf = False

    body = TextAreaField(
        lazy_gettext("Comment"),
        filters=[many_lines(MAX_BODY)],
        validators=[
            DataRequired(lazy_gettext("Please write something.")),
            Length(
                max=MAX_BODY,
                message=lazy_gettext("A comment may have at most %(max)s characters.", max=number(MAX_BODY)),
            ),
        ],
    )
    nickname = StringField(lazy_gettext("Leave this empty"))
    """The honeypot: people never see it, programs fill it in."""

    def validate_body(self, field: Field) -> None:
        """Clean the text. A text that shows nothing is an error, and so is a link that must not be published."""
        # WTForms calls this even if Length has found an error, and a text must be short before it is cleaned.
        if len(field.data) > MAX_BODY:
            return
        try:
            self.clean = clean_comment(field.data)
        except TooComplex as error:
            raise ValidationError(
                gettext("That has too many links, quotes, lists or signs for one comment. Please shorten it.")
            ) from error
        if self.clean.is_blank:
            raise ValidationError(gettext("Please write something."))
        if self.clean.refused_links:
            raise ValidationError(
                gettext(
                    "This link can’t be published: %(link)s. Links begin with http://, https:// or mailto:. "
                    "If it is not meant as a link, put it between `backticks`.",
                    link=self.clean.refused_links[0][:200],
                )
            )


class CommentForm(TextForm):
    """A new comment."""

    name = StringField(
        lazy_gettext("Name"),
        filters=[one_line(MAX_NAME)],
        validators=[
            DataRequired(lazy_gettext("Please give a name; a first name will do.")),
            Length(
                max=MAX_NAME,
                message=lazy_gettext("A name may have at most %(max)s characters.", max=number(MAX_NAME)),
            ),
        ],
    )
    email = StringField(
        lazy_gettext("E-mail"),
        filters=[one_line(MAX_EMAIL)],
        validators=[DataRequired(lazy_gettext("Please give an e-mail address; it is never shown."))],
        description=lazy_gettext("Never shown. A moderator can see it."),
    )
    website = StringField(
        lazy_gettext("Website (optional)"),
        filters=[one_line(MAX_WEBSITE), complete_web_address],
        description=lazy_gettext("Your name will link to it."),
    )
    notify = BooleanField(
        lazy_gettext("Mail me the decision, and when somebody replies"),
        description=lazy_gettext(
            "First you get a mail with a confirmation button. Unless you press it, no other mail is sent."
        ),
    )
    parent = StringField(filters=[one_line(MAX_PARENT)])
    """The id of the comment that this one replies to; empty for a comment on the article."""
    proof = StringField(filters=[_proof])
    """The solved challenge; a script adds it. See :mod:`blog.comments.challenges`."""

    def validate_text(self) -> bool:
        """Whether the comment can be previewed: its text is valid. Other fields may still be empty."""
        self.validate()
        for field in (self.name, self.email, self.website):
            if not field.data:
                field.errors = ()
        return not self.body.errors

    @property
    def is_blank(self) -> bool:
        """Whether the form has no values and no errors."""
        return not any(field.data or field.errors for field in self)

    @property
    def offers_mail(self) -> bool:
        """Whether the blog can send mail."""
        return is_configured(settings)

    @property
    def shown_website(self) -> str:
        """The website; empty if a page must not link to it."""
        return "" if self.website.errors else str(self.website.data)

    def validate_name(self, field: Field) -> None:
        """A name must have a visible character."""
        if not has_visible_text(field.data):
            raise ValidationError(gettext("Please give a name; a first name will do."))

    def validate_email(self, field: Field) -> None:
        """The address must be well formed; whether it receives mail is not checked."""
        if len(field.data) > MAX_EMAIL:
            raise ValidationError(gettext("An address may have at most %(max)s characters.", max=number(MAX_EMAIL)))
        try:
            validate_email(field.data, check_deliverability=False)
        except EmailNotValidError as error:
            raise ValidationError(gettext("Please give an e-mail address such as ada@example.org.")) from error

    def validate_website(self, field: Field) -> None:
        """A website must be empty or an http(s) address."""
        if not field.data:
            return
        if len(field.data) > MAX_WEBSITE:
            raise ValidationError(gettext("An address may have at most %(max)s characters.", max=number(MAX_WEBSITE)))
        if not is_web_address(field.data):
            raise ValidationError(gettext("Please give a web address such as https://example.org."))


class EditForm(TextForm):
    """A new text for a comment. ``revision`` is the one that the author was shown."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired(), NumberRange(1, MAX_ID)])
