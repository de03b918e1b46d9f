"""Turns galleries of Ghost and WordPress into rows of images; each image keeps its link and caption."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from blog.markup.cms.cards import Replace
from blog.markup.cms.lazy_images import load_at_once
from blog.markup.dom import Element, Node

COLUMNS = re.compile(r"(?:gallery-)?columns-([1-9])")
DEFAULT_COLUMNS = 3
HOLDERS = frozenset({"dl", "figure"})
"""WordPress's elements around an image and its caption: ``dl`` in galleries of old themes, ``figure`` in blocks."""


CAPTIONS = frozenset({"dd", "figcaption"})


def gallery(element: Element, replace: Replace) -> Iterator[Node]:
    """Yield a figure with the rows of a gallery; ``replace`` is applied to the content of captions.

    Every image of the gallery is in it once, in the same order.
    """
    elements = (child for child in element.children if isinstance(child, Element))
    own = next((child for child in elements if child.name == "figcaption" and child.text), None)
    cells = _Cells(element)
    cells.add([child for child in element.children if child is not own], _Around(element))
    rows = [Element("div", {"class": "gallery-row"}, [cell.node(replace) for cell in row]) for row in cells.rows()]
    yield Element("figure", {"class": "gallery"}, [*rows, *_caption([own] if own else [], replace)])


class _Around(NamedTuple):
    """The innermost elements around an image; ``first`` is the number of cells before those of ``holder``."""

    holder: Element
    first: int = 0
    row: Element | None = None
    link: Element | None = None


@dataclass(slots=True)
class _Cell:
    """A place in a row: an image, or the images of one holder that share a caption."""

    around: _Around
    pictures: list[Node]
    captions: list[Element]
    is_figure: bool

    def node(self, replace: Replace) -> Node:
        if not self.is_figure and not self.captions:
            return self.pictures[0]
        return Element("figure", {}, [*self.pictures, *_caption(self.captions, replace)])


class _Cells:
    """Collects the images and captions of a gallery in document order."""

    def __init__(self, gallery: Element) -> None:
        self._gallery = gallery
        self._cells: list[_Cell] = []
        self._waiting: list[Element] = []  # captions above their images

    def add(self, children: Iterable[Node], around: _Around) -> None:
        for child in children:
            if isinstance(child, str):
                continue
            if child.name == "img":
                self._add_image(child, around)
            elif self._is_caption_here(child, around):
                self._add_caption(child, around)
            elif child.name in HOLDERS:
                self.add(child.children, around._replace(holder=child, first=len(self._cells)))
                self._waiting = []
            else:
                self.add(child.children, _within(child, around))

    def rows(self) -> Iterator[list[_Cell]]:
        """Yield the rows that the CMS has made; other images are divided into rows of as many as the gallery says."""
        # Sorted, because the order of a set changes between processes.
        said = next(filter(None, map(COLUMNS.fullmatch, sorted(self._gallery.classes))), None)
        columns = int(said[1]) if said else DEFAULT_COLUMNS
        for _, group in groupby(self._cells, key=lambda cell: id(cell.around.row)):
            cells = list(group)
            step = len(cells) if cells[0].around.row else columns
            yield from (cells[first : first + step] for first in range(0, len(cells), step))

    def _add_image(self, image: Element, around: _Around) -> None:
        picture = load_at_once(image)
        if around.link:
            picture = Element("a", {"href": around.link.attributes["href"]}, [picture])
        is_figure = around.holder is not self._gallery
        last = self._cells[-1] if self._cells else None
        if is_figure and last and last.around.holder is around.holder and not last.captions:
            last.pictures.append(picture)
        else:
            self._cells.append(_Cell(around, [picture], self._waiting, is_figure))
            self._waiting = []

    def _add_caption(self, caption: Element, around: _Around) -> None:
        (self._cells[-1].captions if len(self._cells) > around.first else self._waiting).append(caption)

    def _is_caption_here(self, element: Element, around: _Around) -> bool:
        """Return whether an element is a caption; one with the first image of its holder is not."""
        if element.name not in CAPTIONS or not element.text:
            return False
        return len(self._cells) > around.first or element.first("img") is None


def _within(element: Element, around: _Around) -> _Around:
    if element.name == "a" and element.attributes.get("href"):
        return around._replace(link=element)
    return around._replace(row=element) if "kg-gallery-row" in element.classes else around


def _caption(captions: list[Element], replace: Replace) -> list[Node]:
    lines = [node for caption in captions for node in (Element("br"), *replace(caption.children))]
    return [Element("figcaption", {}, lines[1:])] if lines else []
