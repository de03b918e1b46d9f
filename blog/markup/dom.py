"""A simple model of HTML documents: elements that contain texts and other elements.

:func:`parse` reads only HTML that nh3 has written (https://html.spec.whatwg.org/#serialising-html-fragments): each
element except void ones has an end tag, attribute values are in double quotes, and text contains no ``<``. This makes
a parser of two regular expressions correct. For any other HTML, use :func:`blog.markup.article_sanitizer.read`.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html import escape, unescape

from blog.markup.parser_limits import ArticleTooComplex

TOKEN = re.compile(r'<(?:/[^>]*|([a-z][^\s>]*)((?:\s+[^\s=">]+="[^"]*")*)\s*)>|([^<]+)', re.IGNORECASE)
ATTRIBUTE = re.compile(r'\s+([^\s=">]+)="([^"]*)"')

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
INLINE = frozenset(
    "a abbr b bdi bdo cite code del dfn em i img ins kbd mark math picture q s samp small source span strong sub sup "
    "time u var wbr".split()
)
"""Elements within a line of text. All other elements separate the text before them from the text after them."""


@dataclass(slots=True)
class Element:
    """An element with its attributes and children: other elements, and texts without HTML escapes."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The names in its ``class`` attribute."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """All text in the element, on one line."""
        return " ".join("".join(self.texts()).split())

    def texts(self, skipped: AbstractSet[str] = frozenset()) -> Iterator[str]:
        """Yield every text in the element, except within elements whose names are in ``skipped``."""
        # A stack instead of recursion: recursive generators would pass each text through all levels above it.
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                yield node
            elif node.name not in skipped:
                waiting += reversed(node.children)

    def descendants(self) -> "Iterator[Element]":
        """Yield every element within the element, in document order."""
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            if not isinstance(node, str):
                yield node
                waiting += reversed(node.children)

    def first(self, name: str = "", class_: str = "") -> "Element | None":
        """Return the first element within it that has the given name and class, or ``None``."""
        for element in self.descendants():
            if name in {"", element.name} and (not class_ or class_ in element.classes):
                return element
        return None


Node = Element | str


def parse(html: str, max_depth: int = sys.maxsize) -> Element:
    """Parse HTML that the sanitiser has written; return an element without a name that contains the whole document.

    :raises ArticleTooComplex: elements are nested more than ``max_depth`` levels deep.
    """
    root = Element("")
    parents, children = [], root.children
    for name, attributes, text in TOKEN.findall(html):
        if text:
            children.append(unescape(text))
        elif name:
            element = Element(name.lower(), {key: unescape(value) for key, value in ATTRIBUTE.findall(attributes)})
            children.append(element)
            if element.name not in VOID:
                parents.append(children)
                children = element.children
                if len(parents) > max_depth:
                    raise ArticleTooComplex(f"more than {max_depth} elements are nested in one another")
        elif parents:
            # An end tag's name is not compared, because in what nh3 writes every end tag fits.
            children = parents.pop()
    return root


def write(nodes: Iterable[Node]) -> str:
    """Return the HTML of elements and texts."""
    written: list[str] = []
    _write(nodes, written)
    return "".join(written)


def _write(nodes: Iterable[Node], written: list[str]) -> None:
    # Recursion is safe here, because article_sanitizer.read() limits how deep elements are nested.
    for node in nodes:
        if isinstance(node, str):
            written.append(escape(node, quote=False))
            continue
        attributes = "".join([f' {name}="{escape(value)}"' for name, value in node.attributes.items()])
        written.append(f"<{node.name}{attributes}>")
        if node.name not in VOID:
            _write(node.children, written)
            written.append(f"</{node.name}>")
