"""Cleans text from outside: normalises Unicode in linear time and removes invisible control characters.

All code must use this instead of :func:`unicodedata.normalize`, which sorts each run of combining marks in quadratic
time while it holds the interpreter lock: 120 000 marks in a row stop a process for 26 seconds.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]

MAX_MARKS = 30
"""Maximum of combining marks on one character, as in the Stream-Safe Text Format of UAX #15."""

# Each character that this matches decomposes to at most two marks, and a letter before the run to at most three, so
# fewer than 12 stay below the limit. Python takes half-width voicing marks (U+FF9E, U+FF9F) for letters, but NFKD makes
# marks of them.
LONG_RUN = re.compile("(?:[^\\w\\x00-\u02ff]|[\uff9e\uff9f]){12}")
"""Matches every run of characters that may decompose to more than ``MAX_MARKS`` marks, and some harmless runs."""

UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, except tab and line feed
    "\ud800-\udfff"  # lone surrogates
    "\u202a-\u202e\u2066-\u2069"  # bidirectional overrides and isolates, which change the order of the displayed text
    "\ufeff]"  # the byte order mark
)

BLANK = frozenset(
    "\u115f\u1160\u2065\u2800\u3164\uffa0\ufff0\ufff1\ufff2\ufff3\ufff4\ufff5\ufff6\ufff7\ufff8\U0001d159"
)
"""Hangul fillers, the empty Braille pattern, the null notehead and reserved characters, which are invisible."""
TAGS_PLANE = 0xE0000
"""From this code point on, Unicode has only invisible tags, variation selectors and private characters."""
INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Mn", "Mc", "Me", "Zl", "Zp", "Zs"})


def normalize(form: Form, text: str) -> str:
    """Return ``text`` in a Unicode normalisation form; at most ``MAX_MARKS`` marks on one character are kept."""
    if text.isascii():
        return text
    return unicodedata.normalize(form, _cap_marks(text) if LONG_RUN.search(text) else text)


def sanitize_text(text: str) -> str:
    """Return ``text`` in NFC with LF line ends, without controls, lone surrogates and bidirectional overrides."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return normalize("NFC", UNWANTED.sub("", lines))


def has_visible_text(text: str) -> bool:
    """Whether ``text`` has a visible character. A combining mark alone does not count."""
    return any(_is_visible(character) for character in text)


def _is_visible(character: str) -> bool:
    if character in BLANK or ord(character) >= TAGS_PLANE:
        return False
    return unicodedata.category(character) not in INVISIBLE_CATEGORIES


def _cap_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for character in text:
        is_mark, marks = _marks(character)
        if is_mark and run + marks > MAX_MARKS:
            continue
        run = run + marks if is_mark else marks
        kept.append(character)
    return "".join(kept)


@lru_cache(maxsize=1024)
def _marks(character: str) -> tuple[bool, int]:
    """Return whether ``character`` decomposes only to marks, and how many marks its decomposition ends with."""
    parts = unicodedata.normalize("NFKD", character)
    marks = 0
    for part in reversed(parts):
        if not unicodedata.combining(part):
            break
        marks += 1
    return marks == len(parts), marks
