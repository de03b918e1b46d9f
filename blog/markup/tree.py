"""HTML that a sanitiser wrote, as a tree: for what has to be seen with all that it holds."""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from blog.markup import tokens
from blog.markup.tokens import VOID


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
        return " ".join("".join(_texts(self)).split())

    def descendants(self) -> Iterator["Element"]:
        """Every element in it, in the order of the text."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.descendants()

    def first(self, name: str = "", class_: str = "") -> "Element | None":
        """The first element in it of that name and class, where either is given."""
        for element in self.descendants():
            if name in {"", element.name} and (not class_ or class_ in element.classes):
                return element
        return None


def parse(source: str) -> Element:
    """The tree of ``source``, below an element without a name."""
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
    return root


def write(pieces: Iterable[Element | str]) -> str:
    """The HTML of some elements and texts."""
    return "".join(_write(piece) for piece in pieces)


def _write(piece: Element | str) -> str:
    if isinstance(piece, str):
        return html.escape(piece, quote=False)
    start = tokens.tag(piece.name, piece.attributes).raw
    return start if piece.name in VOID else f"{start}{write(piece.children)}</{piece.name}>"


def _texts(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        else:
            yield from _texts(child)
