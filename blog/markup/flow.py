"""What may stand where: paragraphs and lines put right after blocks have come into them."""

from collections.abc import Iterable, Iterator
from itertools import groupby, takewhile

from blog.markup.pruning import SEEN
from blog.markup.tokens import INLINE
from blog.markup.tree import Element

Piece = Element | str


def divided(paragraph: Element) -> Iterator[Piece]:
    """A paragraph, in parts before and after the blocks in it, which it cannot hold."""
    for is_inline, run in groupby(paragraph.children, _is_inline):
        part = Element("p", paragraph.attributes, list(run))
        if not is_inline:
            yield from part.children
        elif len(part.children) == len(paragraph.children) or not is_empty(part):
            yield part


def unwrapped(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """What may stand within a line: of paragraphs, what they hold."""
    for piece in pieces:
        if isinstance(piece, Element) and piece.name == "p":
            yield from piece.children
        else:
            yield piece


def trim(pieces: list[Piece]) -> None:
    """Take away the line ends at the beginning."""
    del pieces[: len(list(takewhile(_is_line_end, pieces)))]


def is_empty(element: Element) -> bool:
    """Whether an element shows nothing."""
    return not element.text and not any(inner.name in SEEN for inner in element.descendants())


def _is_inline(piece: Piece) -> bool:
    return isinstance(piece, str) or piece.name in INLINE | {"br"}


def _is_line_end(piece: Piece) -> bool:
    return not piece.strip() if isinstance(piece, str) else piece.name == "br"
