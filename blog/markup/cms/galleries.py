"""Turns galleries of Ghost and WordPress into rows of images; each image keeps its link and caption."""

import re
from collections.abc import Iterable, Iterator

from blog.markup.cms.cards import Replace
from blog.markup.cms.lazy_images import load_at_once
from blog.markup.dom import Element, Node

COLUMNS = re.compile(r"(?:gallery-)?columns-([1-9])")
DEFAULT_COLUMNS = 3
HOLDERS = frozenset({"dl", "figure"})
"""WordPress's elements around an image and its caption: ``dl`` in galleries of old themes, ``figure`` in blocks."""


def gallery(element: Element, replace: Replace) -> Iterator[Node]:
    """Yield a figure with the rows of a gallery; ``replace`` is applied to the content of captions."""
    caption = next((child for child in element.children if _is_caption(child)), None)
    rows = [Element("div", {"class": "gallery-row"}, list(row)) for row in _rows(element, replace)]
    yield Element("figure", {"class": "gallery"}, [*rows, *_caption(caption, replace)])


def _rows(element: Element, replace: Replace) -> Iterator[Iterable[Node]]:
    rows = [row for row in element.descendants() if "kg-gallery-row" in row.classes]
    if rows:
        yield from (map(load_at_once, _images(row)) for row in rows)
        return
    holders = [holder for holder in element.descendants() if holder.name in HOLDERS]
    pictures = [_picture(holder, replace) for holder in holders if holder.first("img")]
    pictures = pictures or [load_at_once(image) for image in _images(element)]
    # Sorted, because the order of a set changes between processes.
    said = next(filter(None, map(COLUMNS.fullmatch, sorted(element.classes))), None)
    columns = int(said[1]) if said else DEFAULT_COLUMNS
    yield from (pictures[first : first + columns] for first in range(0, len(pictures), columns))


def _images(element: Element) -> Iterator[Element]:
    return (inner for inner in element.descendants() if inner.name == "img")


def _picture(holder: Element, replace: Replace) -> Element:
    picture = load_at_once(next(_images(holder)))
    anchor = holder.first("a")
    if anchor is not None and anchor.first("img"):
        picture = Element("a", {"href": anchor.attributes.get("href", "")}, [picture])
    caption = _caption(holder.first("figcaption") or holder.first("dd"), replace)
    return Element("figure", {}, [picture, *caption])


def _is_caption(node: Node) -> bool:
    return isinstance(node, Element) and node.name == "figcaption"


def _caption(element: Node | None, replace: Replace) -> list[Node]:
    if not isinstance(element, Element) or not element.text:
        return []
    return [Element("figcaption", {}, list(replace(element.children)))]
