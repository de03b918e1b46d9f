"""Repairs the HTML around blocks that were placed inside paragraphs and lines."""

from collections.abc import Iterable, Iterator
from itertools import dropwhile, groupby

from blog.markup.dom import INLINE, Element, Node
from blog.markup.pruning import REMOVED, VISIBLE


def divided(paragraph: Element) -> Iterator[Node]:
    """A paragraph, in parts before and after the blocks in it, which it cannot hold."""
    for is_inline, run in groupby(paragraph.children, _is_inline):
        part = Element("p", paragraph.attributes, list(run))
        if not is_inline:
            yield from part.children
        elif len(part.children) == len(paragraph.children) or not _is_empty(part):
            yield part


def unwrapped(nodes: Iterable[Node]) -> Iterator[Node]:
    """What may stand within a line: of paragraphs, what they hold."""
    for node in nodes:
        if isinstance(node, Element) and node.name == "p":
            yield from node.children
        else:
            yield node


def without_first_line_ends(nodes: Iterable[Node]) -> list[Node]:
    """``nodes`` after something was removed at their beginning: without the line ends that came after it."""
    return [REMOVED, *dropwhile(_is_line_end, nodes)]


def _is_empty(element: Element) -> bool:
    return not element.text and not any(inner.name in VISIBLE for inner in element.descendants())


def _is_inline(node: Node) -> bool:
    return isinstance(node, str) or node is REMOVED or node.name in INLINE or node.name in {"br", "input"}


def _is_line_end(node: Node) -> bool:
    return not node.strip() if isinstance(node, str) else node is REMOVED or node.name == "br"
