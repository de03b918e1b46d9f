"""An article's title, where it stands in the body as its first heading."""

import re
from collections.abc import Sequence

from blog.content.documents import InvalidDocument
from blog.markup import tokens
from blog.markup.article import HEADINGS, normal_html
from blog.markup.nesting import TooDeep
from blog.markup.tokens import Token

LEADING_HEADING = re.compile(r"\s*<h[1-6]\b", re.IGNORECASE)


def take_title(html: str, title: str) -> tuple[str, str]:
    """The title of the article ``html``, and its body without a heading at the top that says the same.

    ``title`` is the one that is known already; where it is empty, the first heading is the title. Without any heading
    the title stays empty.

    :raises InvalidDocument: the elements nest deeper than any text needs.
    """
    if title and not LEADING_HEADING.match(html):
        return title, html
    try:
        body = tokens.read(normal_html(html))
    except TooDeep as error:
        raise InvalidDocument("body", str(error)) from error
    start = next((place for place, token in enumerate(body) if token.name in HEADINGS), None)
    if start is None:
        return title, html
    end = next(place for place, token in enumerate(body) if token.is_close and token.name == body[start].name)
    heading = " ".join("".join(token.text for token in body[start:end] if token.is_text).split())
    is_title = not title or heading.casefold() == title.casefold()
    if is_title and heading and _is_blank(body[:start]):
        del body[start : end + 1]
        return title or heading, tokens.write(body)
    return title or heading, html


def _is_blank(before: Sequence[Token]) -> bool:
    return all(token.is_text and not token.text.strip() for token in before)
