"""Repairs HTML in which blocks were placed inside paragraphs or inline elements."""

from collections.abc import Iterable, Iterator
from itertools import dropwhile, groupby

from blog.markup.dom import INLINE, Element, Node
from blog.markup.pruning import REMOVED, VISIBLE


def divided(paragraph: Element) -> Iterator[Node]:
    """Split a paragraph at the blocks in it, since HTML does not allow blocks within a paragraph."""
    for is_inline, run in groupby(paragraph.children, _is_inline):
        part = Element("p", paragraph.attributes, list(run))
        if not is_inline:
            yield from part.children
        elif len(part.children) == len(paragraph.children) or not _is_empty(part):
            # A paragraph without blocks stays, even if it is empty. Empty parts before or after a block do not.
            yield part


def unwrapped(nodes: Iterable[Node]) -> Iterator[Node]:
    """Replace each paragraph in ``nodes`` by its children, so that the nodes may be in an inline element."""
    for node in nodes:
        if isinstance(node, Element) and node.name == "p":
            yield from node.children
        else:
            yield node


def without_first_line_ends(nodes: Iterable[Node]) -> list[Node]:
    """Remove the line ends at the beginning of ``nodes``, which are left when something before them was removed."""
    # The placeholder tells prune() that something was removed here.
    return [REMOVED, *dropwhile(_is_line_end, nodes)]


def _is_empty(element: Element) -> bool:
    return not element.text and not any(inner.name in VISIBLE for inner in element.descendants())


def _is_inline(node: Node) -> bool:
    return isinstance(node, str) or node is REMOVED or node.name in INLINE or node.name in {"br", "input"}


def _is_line_end(node: Node) -> bool:
    return not node.strip() if isinstance(node, str) else node is REMOVED or node.name == "br"
