"""Turns unrendered WordPress captions, ``[caption …]<img> text[/caption]``, into figures."""

import re
from collections.abc import Iterable, Iterator

from blog.markup.dom import Element, Node

MARK = re.compile(r"(\[caption(?:\s[^\[\]]{0,1000})?\]|\[/caption\])")
END = "[/caption]"
ATTRIBUTE = re.compile(r"\bcaption=[\"'“”″]([^\"“”″]+)[\"'“”″]")
"""The attribute that contained the caption before WordPress 3.4."""


def captioned(children: Iterable[Node]) -> Iterator[Node]:
    """Yield sibling nodes; those of an image with a caption become one figure."""
    # ``held`` has a caption's opening mark and all nodes after it, until its end is found. If a caption has no end or
    # no image, these nodes are yielded unchanged, so that no text is lost.
    held: list[Node] = []
    for node in _parted(children):
        if node == END and any(map(has_image, held)):
            yield _figure(*held)
            held = []
        elif held and node != END and not _is_opening(node):
            held.append(node)
        else:
            yield from held
            held = [node] if _is_opening(node) else []
            if not held:
                yield node
    yield from held


def _is_opening(node: Node) -> bool:
    return isinstance(node, str) and node != END and MARK.fullmatch(node) is not None


def has_image(node: Node) -> bool:
    """Return whether a node is an image or contains one."""
    return isinstance(node, Element) and (node.name == "img" or node.first("img") is not None)


def _parted(children: Iterable[Node]) -> Iterator[Node]:
    """Yield ``children``, with texts split at the marks where a caption begins or ends."""
    for child in children:
        if isinstance(child, str):
            yield from filter(None, MARK.split(child))
        else:
            yield child


def _figure(opening: Node, *inside: Node) -> Element:
    images = [node for node in inside if has_image(node)]
    caption = Element("figcaption", {}, [node for node in inside if not has_image(node)])
    if not any(isinstance(node, Element) or node.strip() for node in caption.children):
        said = ATTRIBUTE.search(str(opening))
        caption.children = [said[1]] if said else []
    return Element("figure", {}, [*images, *([caption] if caption.children else [])])
