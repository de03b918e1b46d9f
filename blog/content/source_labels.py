"""Tags and authors as a source names them, before they are stored."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self
from urllib.parse import unquote

from blog.slugs import slugify

MAX_LABELS = 50
MAX_NAME = 200
SIGNS = re.compile(r"[+#]+$")
"""Trailing signs that stay in the slug, so that C, C++ and C# get different slugs."""
SPELLED_OUT = {"+": " plus", "#": " sharp"}
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""Characters that a database cannot store as text: the null character and lone surrogates."""


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """A tag or an author: its ``name``, its ``slug``, and a ``key`` that stays the same when the source renames it.

    ``key`` is empty if the source knows tags and authors only by name.
    """

    name: str
    slug: str
    key: str = ""

    @classmethod
    def of(cls, name: str, slug: str = "", key: str = "") -> Self:
        """Make a label; if ``slug`` has no letters or digits, its slug is made from the name or key."""
        name = UNSTORABLE.sub("", name).strip()
        # WordPress percent-encodes slugs in scripts other than Latin.
        return cls(name, slugify(unquote(slug)) or slug_of_name(name) or _slug_of_key(key or name), key[:500])

    def __str__(self) -> str:
        return self.name


def is_storable(text: str) -> bool:
    """Whether a database can store ``text``; a faster test than a search for ``UNSTORABLE``."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def slug_of_name(name: str) -> str:
    """Make a slug from a name; empty if the name has no letters or digits."""
    plain, signs = slugify(name), SIGNS.search(name)
    if not plain or not signs:
        return plain
    return slugify(name[: signs.start()] + "".join(SPELLED_OUT[sign] for sign in signs[0]))


def source_labels(names: Iterable[str]) -> tuple[SourceLabel, ...]:
    """Make labels from names, for sources that have only names; empty names are skipped."""
    return tuple(SourceLabel.of(name) for name in names if name.strip())


def usable_labels(found: Iterable[SourceLabel]) -> tuple[tuple[SourceLabel, ...], list[str]]:
    """Return the labels to store for an article, and messages about those left out."""
    usable, reasons, seen = [], [], set()
    for label in found:
        if not label.name or (label.slug, label.key) in seen:
            continue
        if len(label.name) > MAX_NAME:
            reasons.append(f"“{label.name[:60]}…” is left out: a name has at most {MAX_NAME} characters")
            continue
        seen.add((label.slug, label.key))
        usable.append(label)
    if len(usable) > MAX_LABELS:
        reasons.append(f"only the first {MAX_LABELS} of {len(usable)} are used")
    return tuple(usable[:MAX_LABELS]), reasons


def _slug_of_key(key: str) -> str:
    """Make a slug for a name without letters or digits from its key, which stays the same after renaming."""
    # The key comes from outside and may have a lone surrogate, which encode() refuses without “replace”.
    slug = slugify(key)
    return slug if len(slug) > 1 else sha256(key.encode(errors="replace")).hexdigest()[:8]
