"""Slugs: the parts of a URL that are made from a title or a name."""

import re
from functools import lru_cache
from unicodedata import category

from blog.unicode import normalize

LATIN_ACCENTS = re.compile("([a-z])[\u0300-\u036f]+")
"""Combining marks after a Latin letter. In other scripts such marks are part of the letter, so they are kept."""
WORD = "LMN"
"""Unicode categories that are allowed in a slug's words: letters, marks (which some scripts need), and numbers."""
MAX_SLUGIFIED = 1_000
"""How many characters of a title or name are used; a slug has at most 200."""


def slugify(text: str) -> str:
    """Make a slug from a title or name: ``Café culture`` → ``cafe-culture``. Letters of any script are kept.

    It is empty if the first ``MAX_SLUGIFIED`` characters of ``text`` have no letters or digits.
    """
    return _slugify(text[:MAX_SLUGIFIED])


@lru_cache(maxsize=4096)
def _slugify(text: str) -> str:
    # Decomposed before case folding too: “ϒ” (U+03D2), for one, becomes a letter with a lower case only then.
    folded = normalize("NFKD", normalize("NFKD", text).casefold())
    plain = normalize("NFC", LATIN_ACCENTS.sub(r"\1", folded))
    spaced = "".join(c if category(c)[0] in WORD else " " for c in plain)
    return "-".join(spaced.split())[:200].rstrip("-")


def is_slug(text: str) -> bool:
    """Whether ``text`` is a valid slug: lower-case letters and digits, separated by single ``-`` or ``_``."""
    words = re.split("[-_]", text)
    is_made_of_words = all(word and all(category(c)[0] in WORD for c in word) for word in words)
    return is_made_of_words and text == text.casefold()
