"""The base of every form: texts of ``request.form`` only, bounded before anything looks at them."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from blog.config import settings
from blog.errors import TypedForm
from blog.same_origin import is_same_origin
from blog.unicode import sanitize_text

RAW_FACTOR = 4
"""Characters that may be typed for one that is kept: a letter and its marks, or CR and LF."""

TEXT_FIELDS = ("body", "reason")
"""Fields in which people write more than a few words."""
SECRET_FIELDS = frozenset({"code", "password"})

Filter = Callable[[str | None], str]


class Form(FlaskForm):
    """A form that reads the texts of ``request.form``; a JSON body or a file is never a field's value."""

    class Meta:
        """Replaces Flask-WTF's choice of where submitted data comes from; the rest of its ``Meta`` stays."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> MultiDict[str, str] | None:  # noqa: ANN401, ARG002
            """The submitted texts; ``None`` where nothing was submitted."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            return request.form if request.method == "POST" else None

        @property
        def locales(self) -> list[str]:
            """The languages of WTForms' own messages."""
            return [settings.language]


def one_line(limit: int) -> Filter:
    """A filter for a field of one line. A text far beyond ``limit`` stays as it is, for a validator to refuse."""
    return lambda text: _sanitize(text, limit, lambda clean: " ".join(clean.split()))


def many_lines(limit: int) -> Filter:
    """A filter for a field of several lines. A text far beyond ``limit`` stays as it is, for a validator to refuse."""
    return lambda text: _sanitize(text, limit, str.strip)


def _sanitize(text: str | None, limit: int, tidy: Callable[[str], str]) -> str:
    if text is None or len(text) > RAW_FACTOR * limit:
        return text or ""
    return tidy(sanitize_text(text))


def typed_form() -> TypedForm | None:
    """The form of the present request, without passwords, to be shown and sent again.

    ``None`` where nobody wrote a text, and where the form came from another site, which may have written it.
    """
    if request.method != "POST" or not is_same_origin(request, settings.url):
        return None
    try:
        fields = {name: text for name, text in request.form.items() if name not in SECRET_FIELDS}
    except HTTPException:
        return None
    name = next((name for name in TEXT_FIELDS if fields.get(name, "").strip()), None)
    return TypedForm(name, fields.pop(name), fields) if name else None
