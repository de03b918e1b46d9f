"""Compares names that look alike by their skeletons, as in UTS #39, section 4 (https://www.unicode.org/reports/tr39/).

Unicode's own table has 6 000 pairs for all scripts, and the Python library that ships it takes 10 MB of memory. To find
imitations of Latin letters, the letters below are enough: compatibility normalisation covers the rest.
"""

import re
import unicodedata
from functools import lru_cache

from blog.unicode import normalize

SMALL = {
    "a": "\u0430\u03b1\u0251\u237a",
    "b": "\u044c\u0185",
    "c": "\u0441\u1d04",
    "d": "\u0501\u0257",
    "e": "\u0435\u03b5\u025b\u04bd\u212e\u0454",
    "f": "\u0493\u03dd",
    "g": "\u0261\u0581\u0262",
    "h": "\u04bb\u0570",
    "j": "\u0458",
    "k": "\u043a\u03ba\u1d0b",
    "l": "i1|!\u0131\u0456\u03b9\u0269\u04cf\u0142",
    "m": "\u043c\u1d0d",
    "n": "\u0578\u057c\u03b7\u043f",
    "o": "0\u03bf\u043e\u03c3\u04e9\u0585\u00f8\u03b8",
    "p": "\u0440\u03c1",
    "q": "\u051b\u0563",
    "r": "\u0433\u1d26\u0280",
    "s": "\u0455\ua731",
    "t": "\u0442\u03c4\u1d1b",
    "u": "\u03c5\u057d\u1d1c",
    "v": "\u03bd\u0475\u1d20",
    "w": "\u0461\u051d\u03c9\u0448\u1d21",
    "x": "\u0445\u03c7",
    "y": "\u0443\u04af\u03b3\u028f",
    "z": "\u1d22",
}
"""Greek, Cyrillic, Armenian and phonetic letters, digits and signs that look like a small Latin letter.

``i`` and ``l`` count as one, because a capital I looks like a small l.
"""
CAPITAL = {
    "b": "\u0412\u0392",
    "h": "\u041d\u0397",
    "p": "\u0420\u03a1",
    "n": "\u039d",
    "y": "\u0423\u03a5\u04ae",
    "m": "\u039c\u041c",
    "t": "\u0422\u03a4",
    "v": "\u0474",
    "l": "\u0399\u0406\u04c0",
    "x": "\u03a7\u0425",
}
"""Capitals that look like a different letter than their small forms do."""
PAIRS = (("rn", "m"), ("vv", "w"))
"""Two letters that look like one."""

_SMALL = str.maketrans({other: letter for letter, others in SMALL.items() for other in others})
_CAPITAL = str.maketrans({other: letter for letter, others in CAPITAL.items() for other in others})


@lru_cache(maxsize=1024)
def skeleton(name: str) -> str:
    """A text that is equal for names that look alike: without case, accents, spaces and punctuation."""
    plain = "".join(c for c in normalize("NFKD", name) if not unicodedata.combining(c))
    # Capitals come before casefold(), which turns them into small letters that look different.
    letters = plain.translate(_CAPITAL).casefold().translate(_SMALL)
    # This comes after translate(), which makes letters of signs such as | and !.
    shown = "".join(c for c in letters if c.isalnum())
    for pair, letter in PAIRS:
        shown = shown.replace(pair, letter)
    return shown


def words_of(name: str) -> list[str]:
    """The skeleton of each word in ``name``. Spaces and punctuation separate words."""
    return [word for word in map(skeleton, re.split(r"[\W_]+", name)) if word]


def contains_name(text: str, name: str) -> bool:
    """Whether ``text`` looks like ``name``, or contains its words in a row.

    A name of one word must be the whole of ``text``: many people are called Ada.
    """
    if skeleton(text) == skeleton(name):
        # Names without a letter or digit all have an empty skeleton, but they do not look alike.
        return bool(skeleton(name))
    words, wanted = words_of(text), words_of(name)
    if len(wanted) < 2:
        return False
    return any(words[start : start + len(wanted)] == wanted for start in range(len(words)))
