"""Headings that can be linked to: each gets an id made of its words, unless its author gave it one."""

import re
from collections.abc import Set as AbstractSet

from blog.markup import tokens
from blog.markup.article import HEADINGS, is_own_id
from blog.markup.tokens import Token
from blog.slugs import slugify

MAX_ID_LENGTH = 80
FOOTNOTE_ID = re.compile(r"fn(?:ref)?[\d-]+")


def name_headings(html: str) -> str:
    """HTML that a sanitiser wrote, every heading in it with an id that nothing else has."""
    body = tokens.read(html)
    taken = {token.attributes["id"] for token in body if 'id="' in token.raw and "id" in token.attributes}
    for place, token in enumerate(body):
        if token.name in HEADINGS and not token.is_close and "id" not in token.attributes:
            id_ = _free_id(_words(body, place), taken)
            taken.add(id_)
            body[place] = tokens.tag(token.name, token.attributes | {"id": id_})
    return tokens.write(body)


def _free_id(words: str, taken: AbstractSet[str]) -> str:
    stem = slugify(words)[:MAX_ID_LENGTH].rstrip("-") or "section"
    if is_own_id(stem) or FOOTNOTE_ID.fullmatch(stem):
        stem = f"section-{stem}"
    id_, number = stem, 1
    while id_ in taken:
        number += 1
        id_ = f"{stem}-{number}"
    return id_


def _words(body: list[Token], start: int) -> str:
    """The text of the heading that begins at ``start``."""
    found = []
    for token in body[start + 1 :]:
        if token.is_close and token.name == body[start].name:
            break
        found.append(token.text if token.is_text else " " if token.name == "br" else "")
    return "".join(found)
