"""The one model of an HTML document: elements that hold texts and further elements.

:func:`parse` reads what html5ever's serialiser writes (https://html.spec.whatwg.org/#serialising-html-fragments), and
nh3 uses that one: each element but the void ones has an end tag, values stand in double quotes, and text holds no
``<``. It is not for HTML from anywhere else; that goes through :func:`blog.markup.sanitizer.read` first.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html import escape, unescape

from blog.markup.limits import ArticleTooComplex

TOKEN = re.compile(r'<(?:/[^>]*|([a-z][^\s>]*)((?:\s+[^\s=">]+="[^"]*")*)\s*)>|([^<]+)', re.IGNORECASE)
ATTRIBUTE = re.compile(r'\s+([^\s=">]+)="([^"]*)"')

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
INLINE = frozenset(
    "a abbr b bdi bdo cite code del dfn em i img ins kbd mark math picture q s samp small source span strong sub sup "
    "time u var wbr".split()
)
"""Elements that stand within a line. All others end one text and begin the next."""


@dataclass(slots=True)
class Element:
    """An element with its attributes and what it holds: further elements, and texts as a reader sees them."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The words of its ``class``."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        """All the text in it, on one line."""
        return " ".join("".join(self.texts()).split())

    def texts(self, skipped: AbstractSet[str] = frozenset()) -> Iterator[str]:
        """Every text in it, except in the elements named in ``skipped``."""
        return (node for node in self._nodes(skipped) if isinstance(node, str))

    def descendants(self) -> "Iterator[Element]":
        """Every element in it, in the order of the text."""
        return (node for node in self._nodes() if isinstance(node, Element))

    def first(self, name: str = "", class_: str = "") -> "Element | None":
        """The first element in it of that name and class, where either is given."""
        for element in self.descendants():
            if name in {"", element.name} and (not class_ or class_ in element.classes):
                return element
        return None

    def _nodes(self, skipped: AbstractSet[str] = frozenset()) -> "Iterator[Element | str]":
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node, Element) and node.name not in skipped:
                waiting += reversed(node.children)


Node = Element | str


def parse(html: str, max_depth: int = sys.maxsize) -> Element:
    """The document that the sanitiser wrote as ``html``: an element without a name that holds all the others.

    :raises ArticleTooComplex: more than ``max_depth`` elements are within one another.
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
            children = parents.pop()
    return root


def write(nodes: Iterable[Node]) -> str:
    """The HTML of some elements and texts."""
    written: list[str] = []
    _write(nodes, written)
    return "".join(written)


def _write(nodes: Iterable[Node], written: list[str]) -> None:
    for node in nodes:
        if isinstance(node, str):
            written.append(escape(node, quote=False))
            continue
        attributes = "".join([f' {name}="{escape(value)}"' for name, value in node.attributes.items()])
        written.append(f"<{node.name}{attributes}>")
        if node.name not in VOID:
            _write(node.children, written)
            written.append(f"</{node.name}>")
