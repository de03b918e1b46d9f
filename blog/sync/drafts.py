"""Stores a prepared document as a draft."""

from dataclasses import asdict, fields
from datetime import UTC, datetime

from blog.content.documents import Document
from blog.content.drafts import MEASURED, Draft
from blog.content.source_labels import SourceLabel
from blog.sync.prepare import Prepared

NOT_STORED = frozenset({"source_id", "is_draft", "notes", "former_urls"})
"""Document fields that the page does not show, or that have their own column."""


def fill_draft(draft: Draft, prepared: Prepared) -> None:
    """Copy ``prepared`` into the row ``draft``."""
    document = prepared.document
    draft.revision = prepared.revision
    draft.slug, draft.title = document.slug, document.title
    draft.updated_at = document.updated_at.astimezone(UTC)
    draft.document = {
        field.name: _to_json(getattr(document, field.name))
        for field in fields(Document)
        if field.name not in NOT_STORED
    } | {name: getattr(prepared, name) for name in MEASURED}


def _to_json(value: object) -> object:
    if isinstance(value, tuple):
        return [asdict(item) if isinstance(item, SourceLabel) else item for item in value]
    return value.isoformat() if isinstance(value, datetime) else value
