"""HTML that a sanitiser wrote, as a tree: for what has to be seen with all that it holds."""

import html
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from blog.markup import tokens
from blog.markup.nesting import TooDeep
from blog.markup.tokens import VOID

MAX_DEPTH = 150
"""Elements within one another. It is more than a text may write, since a parser adds some, as in tables."""


@dataclass(slots=True)
class Element:
    """An element with its attributes and what it holds: further elements, and texts as a reader sees them."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The words of its ``class``."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """All the text in it, on one line."""
        return " ".join("".join(self.texts()).split())

    def texts(self, skipped: AbstractSet[str] = frozenset()) -> Iterator[str]:
        """Every text in it, but none of those in the elements named in ``skipped``."""
        return (piece for piece in self._pieces(skipped) if isinstance(piece, str))

    def descendants(self) -> Iterator["Element"]:
        """Every element in it, in the order of the text."""
        return (piece for piece in self._pieces() if isinstance(piece, Element))

    def first(self, name: str = "", class_: str = "") -> "Element | None":
        """The first element in it of that name and class, where either is given."""
        for element in self.descendants():
            if name in {"", element.name} and (not class_ or class_ in element.classes):
                return element
        return None

    def _pieces(self, skipped: AbstractSet[str] = frozenset()) -> Iterator["Element | str"]:
        waiting = self.children[::-1]
        while waiting:
            piece = waiting.pop()
            yield piece
            if isinstance(piece, Element) and piece.name not in skipped:
                waiting += reversed(piece.children)


def parse(source: str) -> Element:
    """The tree of ``source``, below an element without a name.

    :raises TooDeep: more than ``MAX_DEPTH`` elements are within one another.
    """
    root = Element("")
    open_elements = [root]
    for token in tokens.read(source):
        if token.is_text:
            open_elements[-1].children.append(token.text)
        elif token.is_close:
            if len(open_elements) > 1 and open_elements[-1].name == token.name:
                open_elements.pop()
        else:
            element = Element(token.name, token.attributes)
            open_elements[-1].children.append(element)
            if token.is_open:
                open_elements.append(element)
        if len(open_elements) > MAX_DEPTH:
            raise TooDeep(f"more than {MAX_DEPTH} elements are nested in one another")
    return root


def write(pieces: Iterable[Element | str]) -> str:
    """The HTML of some elements and texts."""
    written: list[str] = []
    for piece in pieces:
        _write(piece, written)
    return "".join(written)


def _write(piece: Element | str, written: list[str]) -> None:
    if isinstance(piece, str):
        written.append(html.escape(piece, quote=False))
        return
    written.append(tokens.tag(piece.name, piece.attributes).raw)
    if piece.name not in VOID:
        for child in piece.children:
            _write(child, written)
        written.append(f"</{piece.name}>")
