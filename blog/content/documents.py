"""The common document format that every source converts its data to, before it becomes an article."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime
from urllib.parse import unquote, urlsplit

from blog.config import CommentPolicy
from blog.content.source_labels import SourceLabel, is_storable
from blog.slugs import is_slug

MAX_BODY = 2_000_000
"""Characters of HTML. A longer body is most likely a mistake, and its page would be too slow for readers."""

LIMITS: Mapping[str, int] = {
    "source_id": 500,
    "slug": 200,
    "title": 300,
    "body": MAX_BODY,
    "excerpt": 2_000,
    "image": 500,
    "image_alt": 500,
    "image_caption": 2_000,
    "canonical_url": 500,
    "seo_title": 300,
    "seo_description": 500,
    "series": 200,
}
MAX_FORMER_URLS = 50
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
"""A language tag such as ``de`` or ``zh-Hant`` (BCP 47)."""
# Browsers take “//host/path” for an address on another site.
FORMER_URL = re.compile(r"/(?!/)[^\s?#]{0,499}")


class InvalidDocument(Exception):
    """A document cannot become an article. Holds the field, the reason, and the line if the source knows it."""

    def __init__(self, field: str, why: str, line: int | None = None, title: str = "") -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.title = title
        self.field = field
        self.why = why
        self.line = line


@dataclass(frozen=True, slots=True)
class Note:
    """A warning for the author about a document that can still be used."""

    what: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One piece of content from a source. All texts are plain text, except ``body``, which is HTML not yet sanitized.

    ``published_at`` is ``None`` if the source does not know it; the first sync that sees the document then sets it.
    ``image`` and the images in ``body`` are absolute URLs, or references that the source can open.
    ``lang`` is the language of the text as a BCP 47 tag; ``None`` means the site's language.
    ``former_urls`` are paths of this site with a leading slash. ``notes`` are warnings for the sync report.

    :raises InvalidDocument: a field is missing, too long or malformed.
    """

    source_id: str
    slug: str
    title: str
    body: str
    updated_at: datetime
    published_at: datetime | None = None
    excerpt: str = ""
    authors: tuple[SourceLabel, ...] = ()
    tags: tuple[SourceLabel, ...] = ()
    image: str | None = None
    image_alt: str = ""
    image_caption: str = ""
    seo_title: str = ""
    seo_description: str = ""
    canonical_url: str | None = None
    series: str | None = None
    lang: str | None = None
    comments: CommentPolicy | None = None
    former_urls: tuple[str, ...] = ()
    is_draft: bool = False
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        try:
            self._check()
        except InvalidDocument as error:
            error.title = self.title
            raise

    def _check(self) -> None:
        for field in ("source_id", "slug", "title"):
            if not getattr(self, field).strip():
                raise InvalidDocument(field, "is missing")
        for field, limit in LIMITS.items():
            text: str = getattr(self, field) or ""
            if len(text) > limit:
                raise InvalidDocument(field, f"is longer than {limit} characters")
            if not is_storable(text):
                raise InvalidDocument(field, "contains a character that cannot be stored")
        if not is_slug(self.slug):
            what = "may contain only small letters and digits, with single hyphens or underscores between them"
            raise InvalidDocument("slug", f"“{self.slug}” {what}")
        self._check_language()
        self._check_times()
        self._check_addresses()

    def _check_language(self) -> None:
        if self.lang is not None and not LANGUAGE_TAG.fullmatch(self.lang):
            raise InvalidDocument("lang", f"“{self.lang[:60]}” is not a language tag, such as de or pt-BR")

    def _check_times(self) -> None:
        for field in ("published_at", "updated_at"):
            time: datetime | None = getattr(self, field)
            if time is None:
                continue
            if time.tzinfo is None:
                raise InvalidDocument(field, f"{time} has no time zone")
            # In another zone, a time in the first or the last year can be one that Python cannot represent.
            if time.year in {MINYEAR, MAXYEAR}:
                raise InvalidDocument(field, f"the year must be from {MINYEAR + 1} to {MAXYEAR - 1}")

    def _check_addresses(self) -> None:
        if len(self.former_urls) > MAX_FORMER_URLS:
            raise InvalidDocument("former_urls", f"are more than {MAX_FORMER_URLS}")
        for url in self.former_urls:
            # It is stored without percent-encoding, so that “%00” would become a character that no database stores.
            if not FORMER_URL.fullmatch(url) or not is_storable(unquote(url)):
                raise InvalidDocument("former_urls", f"“{url[:60]}” is not a path of this site, such as /old/address")
        if self.canonical_url is not None and not _is_http_url(self.canonical_url):
            raise InvalidDocument("canonical_url", f"“{self.canonical_url[:60]}” is not an http(s) address")


def _is_http_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc != ""
