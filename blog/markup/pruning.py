"""Removes parts of a document, and elements that become empty by this."""

from blog.markup.dom import Element

REMOVED = Element("removed")
"""A placeholder for a removed text or element. :func:`prune` needs it to know which elements have become empty."""
PARTS_OF_TABLES = frozenset({"caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"})
"""Elements that stay although they are empty, so that a table keeps its shape, unless all of the table is empty."""
VISIBLE = frozenset({"hr", "img", "mspace"})
"""Elements that are visible without any text."""


def prune(element: Element) -> tuple[bool, bool]:
    """Remove all ``REMOVED`` placeholders within ``element``, and all elements that have lost all visible content.

    An element that had no visible content before stays.

    :returns: whether ``element`` has lost anything, and whether it still has visible content.
    """
    has_lost = has_content = False
    kept: list[Element | str] = []
    for child in element.children:
        if child is REMOVED:
            has_lost = True
            continue
        if isinstance(child, str):
            has_content |= not child.isspace() and bool(child)
        else:
            child_has_lost, child_has_content = prune(child)
            child_has_content |= child.name in VISIBLE
            has_lost |= child_has_lost
            has_content |= child_has_content
            if child_has_lost and not child_has_content and child.name not in PARTS_OF_TABLES:
                continue
        kept.append(child)
    element.children = kept
    return has_lost, has_content
