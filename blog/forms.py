"""The base class and filters of all forms: only texts of ``request.form``, limited in length."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from blog.config import settings
from blog.error_pages import TypedForm
from blog.same_origin import is_same_origin
from blog.unicode import sanitize_text

RAW_FACTOR = 4
"""How many typed characters may become one stored character, such as a letter with marks, or CR and LF."""

LONG_TEXT_FIELDS = ("body", "reply", "reasons")
"""Fields for texts that are too long for a session's cookie."""
TEXT_FIELDS = (*LONG_TEXT_FIELDS, "reason")
"""Fields for texts that take a while to type."""
SECRET_FIELDS = frozenset({"code", "password"})

Filter = Callable[[str | None], str]


class Form(FlaskForm):
    """A form that reads only the texts of ``request.form``, never a JSON body or files."""

    class Meta:
        """Overrides where Flask-WTF takes submitted data from, and the language of messages."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> MultiDict[str, str] | None:  # noqa: ANN401, ARG002
            """Return the submitted texts, or ``None`` if nothing was submitted."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" else None

        @property
        def locales(self) -> list[str]:
            """Return the languages for WTForms' own messages."""
            return [settings.language]


def one_line(limit: int) -> Filter:
    """Return a filter for a single-line field. A text far above ``limit`` is not changed; a validator refuses it."""
    return lambda text: _sanitize(text, limit, lambda clean: " ".join(clean.split()))


def many_lines(limit: int) -> Filter:
    """Return a filter for a multi-line field. A text far above ``limit`` is not changed; a validator refuses it."""
    return lambda text: _sanitize(text, limit, str.strip)


def _sanitize(text: str | None, limit: int, tidy: Callable[[str], str]) -> str:
    if text is None or len(text) > RAW_FACTOR * limit:
        return text or ""
    return tidy(sanitize_text(text))


def typed_form() -> TypedForm | None:
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
    return TypedForm(name, fields.pop(name), fields) if name else None
