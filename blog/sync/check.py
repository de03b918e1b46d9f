"""``blog source check``: reads a source and shows what a sync would import, without storing anything."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from itertools import islice

from blog.content.documents import Document, InvalidDocument
from blog.sources.base import RemoteSource, Source, SourceItem
from blog.sync.images import ExaminedImages
from blog.sync.prepare import prepare
from blog.sync.reading_notes import reading
from blog.sync.report import ReportLine, counted

LISTED = 50
"""How many items of the listing are read."""
SHOWN_CHARACTERS = 100


def check_source(source: Source, *, is_for_all: bool = False) -> Iterator[str]:
    """Lines for the operator: the number of items, then one document field by field, or all with a line each.

    :raises SourceUnavailable: the source cannot be read.
    """
    if is_for_all:
        yield from _all_documents(source)
        return
    found = list(islice(source.listing(), LISTED))
    more = f" The check stops at {LISTED}; there may be more." if len(found) == LISTED else ""
    yield f"{source.name} answers and lists {counted(len(found), 'item')}.{more}"
    yield from _one_document(source, found)
    if isinstance(source, RemoteSource):
        yield from source.limitations
        yield f"This took {source.usage}."


def _all_documents(source: Source) -> Iterator[str]:
    """A line for each document with its slug and notes, or with the reason why it is rejected."""
    accepted = rejected = 0
    names_by_slug: dict[str, str] = {}
    for listed in source.listing():
        try:
            with reading(source.name) as begin:
                begin(listed)
                prepared = prepare(listed, source, ExaminedImages(source, listed))
            document = prepared.document
            _refuse_same_slug(document, names_by_slug)
        except InvalidDocument as error:
            rejected += 1
            yield f"rejected: {ReportLine(listed.source_id, str(error), error.line, error.title)}"
            continue
        accepted += 1
        yield f"{'draft' if document.is_draft else 'article'}: {document.slug} “{_shown(document.title)}”"
        yield from (f"  note: {note.what}" for note in prepared.notes)
    yield f"{source.name}: {accepted} can become articles or drafts, {rejected} cannot."


def _refuse_same_slug(document: Document, names_by_slug: dict[str, str]) -> None:
    """Note the slug of an article.

    :raises InvalidDocument: an earlier article has the same.
    """
    if not document.is_draft:
        # A post that is published while it is listed comes twice, among the hidden and among the public ones.
        first = names_by_slug.setdefault(document.slug, document.source_id)
        if first != document.source_id:
            raise InvalidDocument("slug", f"“{document.slug}” is already used by {first}", title=document.title)


def _one_document(source: Source, found: list[SourceItem]) -> Iterator[str]:
    """The first valid document, after the reasons why the ones before it are rejected."""
    for listed in found:
        try:
            with reading(source.name) as begin:
                begin(listed)
                prepared = prepare(listed, source, ExaminedImages(source, listed))
        except InvalidDocument as error:
            yield f"rejected: {listed.source_id}: {error}"
            continue
        yield f"{listed.source_id} becomes:"
        for field in fields(Document):
            if field.name != "notes":
                yield f"  {field.name:16} {_shown(getattr(prepared.document, field.name))}"
        yield from (f"  note             {note.what}" for note in prepared.notes)
        return


def _shown(value: object) -> str:
    if value in (None, "", ()):
        return "–"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S %Z}"
    line = " ".join(str(value).split())
    whole = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    return whole if len(whole) <= SHOWN_CHARACTERS else f"{whole[:SHOWN_CHARACTERS]}… ({len(str(value))} characters)"
