"""Tags and authors as a source names them, before they are rows."""

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
"""What alone tells C, C++ and C# apart."""
SPELLED_OUT = {"+": " plus", "#": " sharp"}
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What no database stores as text: the null character, and lone surrogates."""


@dataclass(frozen=True, slots=True)
class Term:
    """A tag or an author: its ``name``, its ``slug``, and a ``key`` that stays the same when the source renames it.

    ``key`` is empty where the source knows tags and authors by their names alone.
    """

    name: str
    slug: str
    key: str = ""

    @classmethod
    def of(cls, name: str, slug: str = "", key: str = "") -> Self:
        """The term ``name`` with the source's own ``slug``, where it has one that leaves letters or digits."""
        name = UNSTORABLE.sub("", name).strip()
        return cls(name, slugify(unquote(slug)) or slug_of_name(name) or _slug_of_key(key or name), key[:500])

    def __str__(self) -> str:
        return self.name


def slug_of_name(name: str) -> str:
    """A slug from a name alone; empty where the name has neither letters nor digits."""
    plain, signs = slugify(name), SIGNS.search(name)
    if not plain or not signs:
        return plain
    return slugify(name[: signs.start()] + "".join(SPELLED_OUT[sign] for sign in signs[0]))


def terms(names: Iterable[str]) -> tuple[Term, ...]:
    """The terms of a source that knows names alone; those without any name are left out."""
    return tuple(Term.of(name) for name in names if name.strip())


def usable_terms(found: Iterable[Term]) -> tuple[tuple[Term, ...], list[str]]:
    """The terms that an article takes, and why others are left out."""
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
        reasons.append(f"only the first {MAX_TERMS} of {len(usable)} are taken")
    return tuple(usable[:MAX_TERMS]), reasons


def _slug_of_key(key: str) -> str:
    """A slug for a name of signs alone: from the key, which stays the same."""
    slug = slugify(key)
    return slug if len(slug) > 1 else sha256(key.encode(errors="replace")).hexdigest()[:8]
