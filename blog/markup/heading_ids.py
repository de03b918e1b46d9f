"""Gives headings ids made from their words, so that links can point to them."""

import re

from blog.markup.article_sanitizer import is_usable_id
from blog.markup.dom import Element
from blog.slugs import slugify

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
MAX_ID_LENGTH = 80
FOOTNOTE_ID = re.compile(r"fn(?:ref)?[\d-]+")


def drop_unusable_ids(body: Element) -> set[str]:
    """Remove ids that the page itself uses or that an earlier element has; return the ids seen."""
    seen: set[str] = set()
    for element in body.descendants():
        id_ = element.attributes.get("id")
        if id_ is None:
            continue
        if id_ in seen or not is_usable_id(id_):
            del element.attributes["id"]
        seen.add(id_)
    return seen


def add_heading_ids(body: Element) -> None:
    """Give every heading without an id a unique one."""
    ids = _FreeIds(drop_unusable_ids(body))
    for element in body.descendants():
        if element.name in HEADINGS and "id" not in element.attributes:
            element.attributes["id"] = ids.take(_words(element))


class _FreeIds:
    """Creates ids that are not in use yet."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        # Without it, each of many equal headings would try all numbers from 2 again.
        self._last_numbers: dict[str, int] = {}

    def take(self, words: str) -> str:
        """Create an id from ``words``, with a number at the end if the id is in use."""
        stem = slugify(words)[:MAX_ID_LENGTH].rstrip("-") or "section"
        # Ids such as fn1 and fnref1 belong to footnotes, whose links would lead to the heading instead.
        if not is_usable_id(stem) or FOOTNOTE_ID.fullmatch(stem):
            stem = f"section-{stem}"
        number = self._last_numbers.get(stem, 0) + 1
        id_ = stem if number == 1 else f"{stem}-{number}"
        while id_ in self._taken:
            number += 1
            id_ = f"{stem}-{number}"
        self._last_numbers[stem] = number
        self._taken.add(id_)
        return id_


def _words(element: Element) -> str:
    return "".join(
        child if isinstance(child, str) else " " if child.name == "br" else _words(child) for child in element.children
    )
