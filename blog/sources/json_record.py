"""Reads JSON from a CMS, whose fields may be missing, empty or of an unexpected type."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from reprlib import repr as short
from urllib.parse import unquote, urlsplit

from blog.content.documents import InvalidDocument
from blog.markup import article_sanitizer
from blog.markup.parser_limits import ArticleTooComplex
from blog.markup.plain import running_text


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object in a CMS's response. Methods that read a field raise ``InvalidDocument`` if its type is wrong.

    A field that is missing, ``null`` or ``false`` is empty: CMSs use all three.
    """

    fields: dict[str, object]

    @classmethod
    def of(cls, value: object) -> "Record":
        """``value`` as a record.

        :raises InvalidDocument: it is not a JSON object.
        """
        if not isinstance(value, dict):
            raise InvalidDocument("", f"the CMS sent {short(value)} instead of an object")
        return cls(value)

    @classmethod
    def in_body(cls, body: bytes) -> "Record":
        """The JSON object in ``body``; an empty record if ``body`` is anything else."""
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return cls({})
        return cls(value) if isinstance(value, dict) else cls({})

    def text(self, name: str) -> str:
        """A text, or a number as text."""
        value = self.fields.get(name)
        if value is None or value is False:
            return ""
        if not isinstance(value, str | int):
            raise InvalidDocument(name, f"is {short(value)} instead of a text")
        return str(value)

    def line(self, name: str) -> str:
        """A text joined into one line."""
        return " ".join(self.text(name).split())

    def words(self, name: str) -> str:
        """A text that the CMS sent as HTML: its words without tags, on one line."""
        return words(self.text(name))

    def time(self, name: str) -> datetime | None:
        """A time in ISO 8601; UTC if it has no time zone."""
        value = self.text(name)
        if not value:
            return None
        try:
            time = datetime.fromisoformat(value)
        except ValueError as error:
            raise InvalidDocument(name, f"“{value[:60]}” is not a time") from error
        return time if time.tzinfo else time.replace(tzinfo=UTC)

    def record(self, name: str) -> "Record":
        """A nested object; an empty record if the field is empty."""
        value = self.fields.get(name)
        # PHP writes an empty object as [], because it has one type for lists and maps.
        return Record({}) if value is None or value is False or value == [] else Record.of(value)

    def records(self, name: str) -> Iterator["Record"]:
        """The objects of a list."""
        value = self.fields.get(name)
        if value is None or value is False:
            return
        if not isinstance(value, list):
            raise InvalidDocument(name, f"is {short(value)} instead of a list")
        yield from map(Record.of, value)


def words(html: str) -> str:
    """The text of ``html`` without tags, on one line."""
    try:
        if "<" not in html and "&" not in html:
            return " ".join(html.split())
        return running_text(article_sanitizer.read(f"<p>{html}</p>"))
    except ArticleTooComplex as error:
        raise InvalidDocument("", str(error)) from error


def path_of(url: str) -> tuple[str, ...]:
    """The path of an article's URL in the CMS as its only former URL here; empty if the URL has no path."""
    path = urlsplit(url).path
    return (path,) if unquote(path).strip("/") else ()
