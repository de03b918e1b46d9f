"""Slugs: the parts of an address that stand for a title or a name."""

import re
from functools import lru_cache
from unicodedata import category

from blog.unicode import normalize

LATIN_ACCENTS = re.compile("([a-z])[\u0300-\u036f]+")
"""Marks above and below a Latin letter, when they are written apart from it; in other scripts they make a letter."""
WORD = "LMN"
"""Unicode's categories of which a slug's words are made: letters, the marks that some scripts' letters need, digits."""
MAX_SLUGIFIED = 1_000
"""Characters of a title or name that are looked at; a slug has 200 at most."""


def slugify(text: str) -> str:
    """A URL part from a title or name: ``Café culture`` → ``cafe-culture``; letters of any script stay.

    It is empty where the first ``MAX_SLUGIFIED`` characters of ``text`` have neither a letter nor a digit.
    """
    return _slugify(text[:MAX_SLUGIFIED])


@lru_cache(maxsize=4096)
def _slugify(text: str) -> str:
    folded = normalize("NFKD", normalize("NFKD", text).casefold())
    plain = normalize("NFC", LATIN_ACCENTS.sub(r"\1", folded))
    spaced = "".join(c if category(c)[0] in WORD else " " for c in plain)
    return "-".join(spaced.split())[:200].rstrip("-")


def is_slug(text: str) -> bool:
    """Whether ``text`` can be an article's slug: small letters and digits, between them single ``-`` or ``_``."""
    words = re.split("[-_]", text)
    is_made_of_words = all(word and all(category(c)[0] in WORD for c in word) for word in words)
    return is_made_of_words and text == text.casefold()
