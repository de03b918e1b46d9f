"""Turns a WordPress post into a document, and makes a digest of its fields to notice changes."""

import json
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import unescape

from blog.config import CommentPolicy
from blog.content.documents import LANGUAGE_TAG, Document, InvalidDocument, Note
from blog.content.source_labels import SourceLabel
from blog.sources.cms import article_slug, first_words
from blog.sources.json_record import Record, path_of, words

PUBLISHED, SCHEDULED = "publish", "future"
SHOWN = ("id", "status", "modified_gmt", "date_gmt", "slug", "link", "title", "comment_status", "lang")
"""The fields that an article shows, except its text, embedded records, and the fields of SEO plugins."""
NO_CATEGORY = "uncategorized"
CUT_OFF = ("[…]", "[...]")
SAME_BEGINNING = 20
"""Number of letters that are compared to see whether two texts begin alike."""
TAG = re.compile(r"<[^<>]*>")


def document_of(record: Record, body: str) -> Document:
    """The document of a post; ``body`` is its HTML with the links to this blog's own pages.

    :raises InvalidDocument: a field is missing or has a wrong type.
    """
    content, embedded = record.record("content"), record.record("_embedded")
    has_password = is_protected(record)
    title = record.record("title").words("rendered")
    updated_at = record.time("modified_gmt")
    if updated_at is None:
        raise InvalidDocument("modified_gmt", "is missing")
    image = next(embedded.records("wp:featuredmedia"), Record({}))
    seo = record.record("yoast_head_json")
    is_public = record.text("status") == PUBLISHED and not has_password
    return Document(
        source_id=record.text("id"),
        # A draft may have no slug yet.
        slug=article_slug(record.text("slug") or title, record.text("id")),
        title=title or first_words(content.text("rendered")) or record.text("id"),
        body=body,
        excerpt=_excerpt_of(record.record("excerpt").text("rendered"), content.text("rendered")),
        authors=tuple(_label_of(author, "author") for author in embedded.records("author") if author.text("name")),
        tags=tuple(_label_of(term, term.text("taxonomy")) for term in _terms_of(embedded)),
        image=image.text("source_url") or None,
        image_alt=image.line("alt_text"),
        image_caption=image.record("caption").words("rendered"),
        published_at=record.time("date_gmt"),
        updated_at=updated_at,
        seo_title=seo.words("title"),
        seo_description=seo.words("description"),
        # “open” only says that there are comments; BLOG_COMMENTS decides whether they are moderated.
        comments=CommentPolicy.CLOSED if record.text("comment_status") == "closed" else None,
        former_urls=path_of(record.text("link")),
        lang=_language_of(record),
        is_draft=not is_public,
        notes=(Note("has a password, so it is not published here"),) if has_password else (),
    )


def revisions(posts: Iterable[Record]) -> dict[str, str]:
    """The digests of ``posts`` by their ids."""
    return {post.text("id"): revision_of(post) for post in posts}


def revision_of(post: Record) -> str:
    """A digest of the fields that an article shows; for a scheduled post also of the text."""
    embedded, seo = post.record("_embedded"), post.record("yoast_head_json")
    shown: list[object] = [post.fields.get(name) for name in SHOWN]
    shown += [is_protected(post), seo.text("title"), seo.text("description")]
    shown += [[author.text("slug"), author.text("name")] for author in embedded.records("author")]
    images = embedded.records("wp:featuredmedia")
    shown += [
        [image.text("source_url"), image.text("alt_text"), image.record("caption").text("rendered")] for image in images
    ]
    shown += [[term.text("taxonomy"), term.text("slug"), term.text("name")] for term in _terms_of(embedded)]
    # The time of change of a scheduled post is its future publication, so an edit of the text does not change it.
    if post.text("status") == SCHEDULED:
        shown += [post.record(name).text("rendered") for name in ("content", "excerpt")]
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]


def _language_of(post: Record) -> str | None:
    """The language that a multilingual plugin adds to a post."""
    lang = post.fields.get("lang")
    return lang if isinstance(lang, str) and LANGUAGE_TAG.fullmatch(lang) else None


def _label_of(record: Record, kind: str) -> SourceLabel:
    """The tag or author in ``record``; ``kind`` begins the slug of one whose name makes none."""
    return SourceLabel.of(record.words("name"), record.text("slug"), f"{kind}-{record.text('id')}")


def is_protected(post: Record) -> bool:
    """Whether the post needs a password."""
    return bool(post.record("content").fields.get("protected"))


def _terms_of(embedded: Record) -> Iterator[Record]:
    """The categories without “uncategorized”, then the tags."""
    taxonomies = embedded.fields.get("wp:term") or []
    if not isinstance(taxonomies, list):
        raise InvalidDocument("wp:term", "is not a list of taxonomies")
    for taxonomy in taxonomies:
        for term in Record({"terms": taxonomy}).records("terms"):
            if term.text("taxonomy") in {"category", "post_tag"} and term.text("slug") != NO_CATEGORY:
                yield term


def _excerpt_of(excerpt: str, content: str) -> str:
    """An excerpt that an author wrote; empty if WordPress made it by cutting off the content."""
    text = words(excerpt)
    is_beginning = _letters(content).startswith(_letters(excerpt)[:SAME_BEGINNING])
    return "" if text.endswith(CUT_OFF) or is_beginning else text


def _letters(html: str) -> str:
    """The text of ``html`` without white space, which WordPress changes in excerpts."""
    return "".join(unescape(TAG.sub("", html)).split())
