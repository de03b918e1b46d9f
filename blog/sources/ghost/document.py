"""Turns a Ghost post into a document, and makes a digest of its fields to notice changes."""

import json
from hashlib import sha256

from blog.content.documents import Document, InvalidDocument, Note
from blog.content.source_labels import SourceLabel
from blog.sources.cms import article_slug, first_words
from blog.sources.ghost.api import GhostAPI
from blog.sources.json_record import Record, path_of

PUBLIC_STATUSES = frozenset({"published", "scheduled"})
SHOWN = tuple(
    "id updated_at status visibility slug title custom_excerpt feature_image feature_image_alt "
    "feature_image_caption published_at canonical_url meta_title meta_description og_title og_description url".split()
)
"""The fields that an article shows, except its text, tags and authors."""


def document_of(record: Record, body: str) -> Document:
    """The document of a post; ``body`` is its HTML with the links to this blog's own pages.

    :raises InvalidDocument: a field is missing or has a wrong type.
    """
    is_public = record.text("visibility") in {"", "public"}
    status = record.text("status") or "published"
    updated_at = record.time("updated_at")
    if updated_at is None:
        raise InvalidDocument("updated_at", "is missing")
    return Document(
        source_id=record.text("id"),
        slug=article_slug(record.text("slug"), record.text("id")),
        title=record.line("title") or first_words(record.text("html")) or record.text("slug"),
        body=body,
        excerpt=record.line("custom_excerpt"),
        authors=tuple(map(_label, record.records("authors"))),
        tags=tuple(_label(tag) for tag in record.records("tags") if tag.text("visibility") in {"", "public"}),
        image=record.text("feature_image") or None,
        image_alt=record.line("feature_image_alt"),
        image_caption=record.words("feature_image_caption"),
        published_at=record.time("published_at"),
        updated_at=updated_at,
        seo_title=record.line("meta_title") or record.line("og_title"),
        seo_description=record.line("meta_description") or record.line("og_description"),
        canonical_url=record.text("canonical_url") or None,
        # Ghost gives an unpublished post a secret preview address; it must not become a public redirect.
        former_urls=path_of(record.text("url")) if status == "published" else (),
        is_draft=not is_public or status not in PUBLIC_STATUSES,
        notes=() if is_public else (Note("is for members only, so it is not published here"),),
    )


def revision_of(api: GhostAPI, post: Record) -> str:
    """A digest of the fields that an article shows and of the API that was used: both APIs give different texts."""
    named = [
        [[record.fields.get(name) for name in ("slug", "name", "visibility")] for record in post.records(kind)]
        for kind in ("tags", "authors")
    ]
    shown = [api.is_public, *(post.fields.get(name) for name in SHOWN), *named]
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]


def _label(record: Record) -> SourceLabel:
    return SourceLabel.of(record.line("name"), record.text("slug"), record.text("id"))
