"""Captions as WordPress writes them, where nothing turned them into figures: ``[caption …]<img> text[/caption]``."""

import re
from collections.abc import Iterable, Iterator

from blog.markup.tree import Element

Piece = Element | str

MARK = re.compile(r"(\[caption(?:\s[^\[\]]{0,1000})?\]|\[/caption\])")
END = "[/caption]"
ATTRIBUTE = re.compile(r"\bcaption=[\"'“”″]([^\"“”″]+)[\"'“”″]")
"""Where the text stood before WordPress 3.4."""


def captioned(children: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces of HTML that stand beside one another; those that are a captioned picture, as a figure."""
    held: list[Piece] = []  # A caption's opening mark and what follows it, until its end is found.
    for piece in _parted(children):
        if piece == END and any(map(has_image, held)):
            yield _figure(*held)
            held = []
        elif held and piece != END and not _is_opening(piece):
            held.append(piece)
        else:
            yield from held
            held = [piece] if _is_opening(piece) else []
            if not held:
                yield piece
    yield from held


def _is_opening(piece: Piece) -> bool:
    return isinstance(piece, str) and piece != END and MARK.fullmatch(piece) is not None


def has_image(piece: Piece) -> bool:
    """Whether a piece is, or holds, an image."""
    return isinstance(piece, Element) and (piece.name == "img" or piece.first("img") is not None)


def _parted(children: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, texts divided where a caption begins or ends."""
    for child in children:
        if isinstance(child, str):
            yield from filter(None, MARK.split(child))
        else:
            yield child


def _figure(opening: Piece, *inside: Piece) -> Element:
    images = [piece for piece in inside if has_image(piece)]
    caption = Element("figcaption", {}, [piece for piece in inside if not has_image(piece)])
    if not any(isinstance(piece, Element) or piece.strip() for piece in caption.children):
        said = ATTRIBUTE.search(str(opening))
        caption.children = [said[1]] if said else []
    return Element("figure", {}, [*images, *([caption] if caption.children else [])])
