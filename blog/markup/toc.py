"""The table of contents of a long article."""

import re
from html import unescape
from typing import NamedTuple

MIN_HEADINGS = 3
MIN_WORDS = 500

HEADING = re.compile(r'<h([23])\b[^>]*?\bid="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


class Heading(NamedTuple):
    """A heading of the second or third level: the id by which it is reached, and its words."""

    level: int
    id: str
    text: str


def contents(body_html: str, word_count: int) -> list[Heading]:
    """The headings of a clean body, where there are enough words and headings to lose one's way among them."""
    if word_count < MIN_WORDS:
        return []
    found = [
        Heading(int(level), unescape(id_), " ".join(unescape(TAG.sub("", inner)).split()))
        for level, id_, inner in HEADING.findall(body_html)
    ]
    named = [heading for heading in found if heading.text]
    return named if len(named) >= MIN_HEADINGS else []
