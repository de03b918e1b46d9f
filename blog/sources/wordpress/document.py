"""Reads the fields of a WordPress post that an article shows, and makes a digest of them to notice changes."""

import json
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import unescape

from blog.content.documents import LANGUAGE_TAG, InvalidDocument
from blog.content.source_labels import SourceLabel
from blog.sources.json_record import Record, words

PUBLISHED, SCHEDULED = "publish", "future"
SHOWN = ("id", "status", "modified_gmt", "date_gmt", "slug", "link", "title", "comment_status", "lang")
"""The fields that an article shows, except its text, embedded records, and the fields of SEO plugins."""
NO_CATEGORY = "uncategorized"
CUT_OFF = ("[…]", "[...]")
SAME_BEGINNING = 20
"""Number of letters that are compared to see whether two texts begin alike."""
TAG = re.compile(r"<[^<>]*>")


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
    shown += [[term.text("taxonomy"), term.text("slug"), term.text("name")] for term in terms_of(embedded)]
    if post.text("status") == SCHEDULED:
        shown += [post.record(name).text("rendered") for name in ("content", "excerpt")]
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]


def language_of(post: Record) -> str | None:
    """The language that a multilingual plugin adds to a post."""
    lang = post.fields.get("lang")
    return lang if isinstance(lang, str) and LANGUAGE_TAG.fullmatch(lang) else None


def label_of(record: Record, kind: str) -> SourceLabel:
    """The tag or author in ``record``; ``kind`` begins the slug of one whose name makes none."""
    return SourceLabel.of(record.words("name"), record.text("slug"), f"{kind}-{record.text('id')}")


def is_protected(post: Record) -> bool:
    """Whether the post needs a password."""
    return bool(post.record("content").fields.get("protected"))


def terms_of(embedded: Record) -> Iterator[Record]:
    """The categories without “uncategorized”, then the tags."""
    taxonomies = embedded.fields.get("wp:term") or []
    if not isinstance(taxonomies, list):
        raise InvalidDocument("wp:term", "is not a list of taxonomies")
    for taxonomy in taxonomies:
        for term in Record({"terms": taxonomy}).records("terms"):
            if term.text("taxonomy") in {"category", "post_tag"} and term.text("slug") != NO_CATEGORY:
                yield term


def excerpt_of(excerpt: str, content: str) -> str:
    """An excerpt that an author wrote; empty if WordPress made it by cutting off the content."""
    text = words(excerpt)
    is_beginning = _letters(content).startswith(_letters(excerpt)[:SAME_BEGINNING])
    return "" if text.endswith(CUT_OFF) or is_beginning else text


def _letters(html: str) -> str:
    """The text of ``html`` without white space, which WordPress changes in excerpts."""
    return "".join(unescape(TAG.sub("", html)).split())
