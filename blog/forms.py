"""The base class and filters of all forms: only texts of ``request.form``, limited in length."""

from collections.abc import Callable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from blog.config import settings
from blog.unicode import sanitize_text

RAW_FACTOR = 4
"""How many typed characters may become one stored character, such as a letter with marks, or CR and LF."""

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
