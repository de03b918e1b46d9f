"""Removes parts of a document, and the elements that become empty."""

from blog.markup.dom import Element

REMOVED = Element("removed")
"""Stands in place of a text or an element that is to go, until :func:`prune`."""
PARTS_OF_TABLES = frozenset({"caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"})
"""They keep a table's shape, unless all of the table is left empty."""
VISIBLE = frozenset({"hr", "img", "mspace"})
"""Elements that show something although they hold no text."""


def prune(element: Element) -> None:
    """Take what is ``REMOVED`` out of ``element``, and every element within it that has lost all that it showed.

    An element that showed nothing from the start stays.
    """
    _prune(element)


def _prune(element: Element) -> tuple[bool, bool]:
    """Whether ``element`` has lost anything, and whether it still shows something."""
    has_lost = has_content = False
    kept: list[Element | str] = []
    for child in element.children:
        if child is REMOVED:
            has_lost = True
            continue
        if isinstance(child, str):
            has_content |= not child.isspace() and bool(child)
        else:
            child_has_lost, child_has_content = _prune(child)
            child_has_content |= child.name in VISIBLE
            has_lost |= child_has_lost
            has_content |= child_has_content
            if child_has_lost and not child_has_content and child.name not in PARTS_OF_TABLES:
                continue
        kept.append(child)
    element.children = kept
    return has_lost, has_content
