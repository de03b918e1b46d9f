"""Tags and authors as a source names them, before they are stored."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self
from urllib.parse import unquote

from blog.slugs import slugify

MAX_TERMS = 50
MAX_NAME = 200
SIGNS = re.compile(r"[+#]+$")
"""Trailing signs that stay in the slug, so that C, C++ and C# get different slugs."""
SPELLED_OUT = {"+": " plus", "#": " sharp"}
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""Characters that a database cannot store as text: the null character and lone surrogates."""


@dataclass(frozen=True, slots=True)
class Term:
    """A tag or an author: its ``name``, its ``slug``, and a ``key`` that stays the same when the source renames it.

    ``key`` is empty if the source knows tags and authors only by name.
    """

    name: str
    slug: str
    key: str = ""

    @classmethod
    def of(cls, name: str, slug: str = "", key: str = "") -> Self:
        """Make a term with the source's ``slug``, or one made from the name or key if that has no letters or digits."""
        name = UNSTORABLE.sub("", name).strip()
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


def terms(names: Iterable[str]) -> tuple[Term, ...]:
    """Make terms from names, for sources that have only names; empty names are skipped."""
    return tuple(Term.of(name) for name in names if name.strip())


def usable_terms(found: Iterable[Term]) -> tuple[tuple[Term, ...], list[str]]:
    """Return the terms to store for an article, and messages about those left out."""
    usable, reasons, seen = [], [], set()
    for term in found:
        if not term.name or (term.slug, term.key) in seen:
            continue
        if len(term.name) > MAX_NAME:
            reasons.append(f"“{term.name[:60]}…” is left out: a name has at most {MAX_NAME} characters")
            continue
        seen.add((term.slug, term.key))
        usable.append(term)
    if len(usable) > MAX_TERMS:
        reasons.append(f"only the first {MAX_TERMS} of {len(usable)} are used")
    return tuple(usable[:MAX_TERMS]), reasons


def _slug_of_key(key: str) -> str:
    """Make a slug for a name without letters or digits from its key, which stays the same after renaming."""
    slug = slugify(key)
    return slug if len(slug) > 1 else sha256(key.encode(errors="replace")).hexdigest()[:8]
