"""Makes the table of contents of a long article."""

import re
from html import unescape
from typing import NamedTuple

MIN_HEADINGS = 3
MIN_WORDS = 500

HEADING = re.compile(r'<h([23])\b[^>]*?\bid="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


class Heading(NamedTuple):
    """A heading of level 2 or 3, with the id for links to it and its plain text."""

    level: int
    id: str
    text: str


def contents(body_html: str, word_count: int) -> list[Heading]:
    """Return the headings of a sanitised body; empty if it is too short to need a table of contents."""
    # A regular expression is enough: the sanitiser has written this HTML, and all its headings have ids by now.
    if word_count < MIN_WORDS:
        return []
    found = [
        Heading(int(level), unescape(id_), " ".join(unescape(TAG.sub("", inner)).split()))
        for level, id_, inner in HEADING.findall(body_html)
    ]
    named = [heading for heading in found if heading.text]
    return named if len(named) >= MIN_HEADINGS else []
