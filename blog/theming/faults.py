"""Faults in the files of a theme."""

import traceback
from dataclasses import dataclass

from jinja2 import TemplateNotFound, TemplateSyntaxError


@dataclass(frozen=True)
class Fault:
    """A fault in one file of a theme; lines count from 1.

    A fault ``is_expected`` if it may be intended, such as a snippet that the theme does not override.
    """

    file: str
    line: int
    what: str
    is_expected: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def template_fault(error: Exception, file: str) -> Fault:
    """Return ``error``, raised by the template in ``file``, with file and line of the innermost template that ran."""
    if isinstance(error, TemplateSyntaxError):
        return Fault(error.filename or file, error.lineno, error.message or "syntax error")
    what = f"{type(error).__name__}: {error}".removesuffix(": ")
    if isinstance(error, TemplateNotFound):
        what = f"there is no template {error.name}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.endswith(".html"):
            return Fault(frame.filename, frame.lineno or 1, what)
    return Fault(file, 1, what)
