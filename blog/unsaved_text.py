"""Hands back the text of a form that could not be processed: an error page shows it again."""

from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

from blog.config import settings
from blog.same_origin import is_same_origin

LONG_TEXT_FIELDS = ("body", "reply", "reasons")
"""Fields for texts that are too long for a session's cookie."""
TEXT_FIELDS = (*LONG_TEXT_FIELDS, "reason")
"""Fields for texts that take a while to type."""
SECRET_FIELDS = frozenset({"code", "password"})


@dataclass(frozen=True)
class UnsavedForm:
    """A submitted form: the text, the name of its field, and the other fields."""

    name: str
    text: str
    others: dict[str, str]


def unsaved_form() -> UnsavedForm | None:
    """Return the current request's form without passwords, to be shown again on an error page.

    ``None`` if the form has no text, or if it came from another site, which may have filled it in.
    """
    if request.method != "POST" or not is_same_origin(request, settings.url):
        return None
    try:
        fields = {name: text for name, text in request.form.items() if name not in SECRET_FIELDS}
    except HTTPException:
        return None
    name = next((name for name in TEXT_FIELDS if fields.get(name, "").strip()), None)
    return UnsavedForm(name, fields.pop(name), fields) if name else None
