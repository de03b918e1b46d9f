"""Reads the JSON of a CMS, whose fields may be missing, empty or of an unexpected type."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from reprlib import repr as short
from urllib.parse import unquote, urlsplit

from blog.content.documents import InvalidDocument
from blog.markup import sanitizer
from blog.markup.limits import ArticleTooComplex
from blog.markup.plain import running_text


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object of a CMS's answer. Methods that read a field raise ``InvalidDocument`` if it has another type.

    A field that is missing, ``null`` or ``false`` is empty: CMSs write nothing in all these ways.
    """

    fields: dict[str, object]

    @classmethod
    def of(cls, value: object) -> "Record":
        """The record ``value``.

        :raises InvalidDocument: it is none.
        """
        if not isinstance(value, dict):
            raise InvalidDocument("", f"the CMS sent {short(value)} where an object was due")
        return cls(value)

    @classmethod
    def in_body(cls, body: bytes) -> "Record":
        """The record that ``body`` holds as JSON; an empty one where it holds something else."""
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
            raise InvalidDocument(name, f"is {short(value)} where a text was due")
        return str(value)

    def line(self, name: str) -> str:
        """A text on one line."""
        return " ".join(self.text(name).split())

    def words(self, name: str) -> str:
        """A text that the CMS wrote as HTML: its words alone, on one line."""
        return words(self.text(name))

    def time(self, name: str) -> datetime | None:
        """A time in ISO 8601; one that names no zone is in UTC."""
        value = self.text(name)
        if not value:
            return None
        try:
            time = datetime.fromisoformat(value)
        except ValueError as error:
            raise InvalidDocument(name, f"“{value[:60]}” is not a time") from error
        return time if time.tzinfo else time.replace(tzinfo=UTC)

    def record(self, name: str) -> "Record":
        """An object; an empty record where there is none."""
        value = self.fields.get(name)
        return Record({}) if value is None or value is False or value == [] else Record.of(value)

    def records(self, name: str) -> Iterator["Record"]:
        """The objects of a list."""
        value = self.fields.get(name)
        if value is None or value is False:
            return
        if not isinstance(value, list):
            raise InvalidDocument(name, f"is {short(value)} where a list was due")
        yield from map(Record.of, value)


def words(html: str) -> str:
    """The words of ``html`` on one line."""
    try:
        return running_text(sanitizer.read(f"<p>{html}</p>")) if "<" in html or "&" in html else " ".join(html.split())
    except ArticleTooComplex as error:
        raise InvalidDocument("", str(error)) from error


def path_of(url: str) -> tuple[str, ...]:
    """The path of an article's address in the CMS, so that it can lead to the article here; none where it has none."""
    path = urlsplit(url).path
    return (path,) if unquote(path).strip("/") else ()
