"""Takes an article's title from the first heading of its body."""

import re

from blog.markup import article_sanitizer
from blog.markup.dom import Element, write
from blog.markup.heading_ids import HEADINGS

LEADING_HEADING = re.compile(r"\s*<h[1-6]\b", re.IGNORECASE)


def take_title(html: str, title: str) -> tuple[str, str]:
    """The title of an article, and its body without a leading heading that repeats the title.

    If ``title`` is empty, the first heading becomes the title; without headings it stays empty.

    :raises ArticleTooComplex: the body has too many elements, or they nest too deep.
    """
    if title and not _may_repeat(html, title):
        return title, html
    body = article_sanitizer.read(html)
    heading = _first_heading(body)
    if heading is None:
        return title, html
    text = heading.text
    is_title = not title or text.casefold() == title.casefold()
    if is_title and text and _first(body) is heading:
        body.children = [child for child in body.children if child is not heading]
        return title or text, write(body.children)
    return title or text, html


def _may_repeat(html: str, title: str) -> bool:
    """Whether ``html`` begins with a heading that may repeat ``title``. Most do not, so only the heading is parsed."""
    leading = LEADING_HEADING.match(html)
    if leading is None:
        return False
    end = html.find("</h", leading.end())
    heading = _first_heading(article_sanitizer.read(html[:end])) if end != -1 else None
    return heading is None or not heading.text or heading.text.casefold() == title.casefold()


def _first_heading(body: Element) -> Element | None:
    return next((element for element in body.descendants() if element.name in HEADINGS), None)


def _first(body: Element) -> Element | None:
    """The first element, if no text comes before it."""
    child = next((child for child in body.children if not isinstance(child, str) or child.strip()), None)
    return child if isinstance(child, Element) else None
