"""Taking pieces out of HTML that a sanitiser wrote, and with them the elements that this leaves empty."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from blog.markup.tokens import Token

PARTS_OF_TABLES = frozenset({"caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"})
"""They keep a table's shape, unless all of the table is left empty."""
SEEN = frozenset({"hr", "img"})
"""Elements that show something although they hold no text."""


@dataclass(slots=True)
class _Element:
    """An element that is open while tokens are read: where it began, and what became of what it holds."""

    start: int
    name: str = ""
    has_lost: bool = False
    has_content: bool = False


def without(body: list[Token], removed: Collection[int]) -> Iterator[Token]:
    """The tokens of ``body`` without the texts and empty elements at the places ``removed``.

    A list, a quote or any other element goes too when it has lost all that it showed; one that showed nothing from the
    start stays. It takes time linear in the length.
    """
    ends = _emptied(body, removed)
    place = 0
    while place < len(body):
        if place in ends:
            place = ends[place]
        elif place not in removed:
            yield body[place]
        place += 1


def _emptied(body: list[Token], removed: Collection[int]) -> dict[int, int]:
    """Where the elements begin that are left empty, each with the place where it ends."""
    ends: dict[int, int] = {}
    open_elements = [_Element(-1)]
    for place, token in enumerate(body):
        if token.is_open:
            open_elements.append(_Element(place, token.name))
        elif token.is_close:
            _close(open_elements, place, ends)
        elif place in removed:
            open_elements[-1].has_lost = True
        elif token.name in SEEN or (token.is_text and token.raw.strip()):
            open_elements[-1].has_content = True
    return ends


def _close(open_elements: list[_Element], place: int, ends: dict[int, int]) -> None:
    element = open_elements.pop()
    if element.has_lost and not element.has_content and element.name not in PARTS_OF_TABLES:
        ends[element.start] = place
    open_elements[-1].has_lost |= element.has_lost
    open_elements[-1].has_content |= element.has_content
