"""Offers browsers the copies of an image (https://html.spec.whatwg.org/#attr-source-srcset)."""

from typing import NamedTuple

from blog.markup.image_widths import FOLDER, copies

COLUMN = "(min-width: 36rem) 32rem, calc(100vw - 2.25rem)"
"""The width of images in the text as a value of ``sizes``; it must agree with static/css/35-prose.css."""
COLUMN_PIXELS = 512


class ImageSource(NamedTuple):
    """The attributes of one ``source`` element (https://html.spec.whatwg.org/#the-source-element)."""

    type: str
    srcset: str


def sources(address: str) -> list[ImageSource]:
    """Return the sources for a ``picture`` around the image at ``address``; empty if it has no copies."""
    return [
        ImageSource(f"image/{format_}", ", ".join(f"{FOLDER}{file} {step}w" for step, file in files.items()))
        for format_, files in copies(address.removeprefix(FOLDER)).items()
        if files
    ]


def shown_width(width: str) -> str:
    """Return the ``sizes`` attribute for an image in the text; ``width`` is its ``width`` attribute."""
    return f"{width}px" if width.isdecimal() and 0 < int(width) < COLUMN_PIXELS else COLUMN
