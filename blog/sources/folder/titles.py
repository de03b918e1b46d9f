"""An article's title, where it stands in the body as its first heading."""

import re

from blog.markup import sanitizer
from blog.markup.dom import Element, write
from blog.markup.heading_ids import HEADINGS

LEADING_HEADING = re.compile(r"\s*<h[1-6]\b", re.IGNORECASE)


def take_title(html: str, title: str) -> tuple[str, str]:
    """The title of the article ``html``, and its body without a heading at the top that says the same.

    ``title`` is the one that is known already; where it is empty, the first heading is the title. Without any heading
    the title stays empty.

    :raises ArticleTooComplex: the elements are more, or nest deeper, than any text needs.
    """
    if title and not LEADING_HEADING.match(html):
        return title, html
    body = sanitizer.read(html)
    heading = next((element for element in body.descendants() if element.name in HEADINGS), None)
    if heading is None:
        return title, html
    text = heading.text
    is_title = not title or text.casefold() == title.casefold()
    if is_title and text and _first(body) is heading:
        body.children = [child for child in body.children if child is not heading]
        return title or text, write(body.children)
    return title or text, html


def _first(body: Element) -> Element | None:
    """The element at the very top, if no text stands before it."""
    child = next((child for child in body.children if not isinstance(child, str) or child.strip()), None)
    return child if isinstance(child, Element) else None
