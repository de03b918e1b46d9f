"""The widths and formats of this site's images, derived from the file name of the image.

``<hash>-1300-avif-webp.jpg`` is an image 1300 pixels wide with copies in AVIF and WebP, each in all widths of the
ladder below: ``<hash>-560.avif``, ``<hash>-800.avif`` and so on. So pages can list all copies without looking into the
database or onto the disk. An image without formats or without a width in its name has no copies.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

FORMATS = ("avif", "webp")
"""In the order in which they are offered to browsers: the format with the smaller files first."""
STEPS = (560, 800, 1100)
"""The width of the text column; twice that of a small phone; twice the column's or three times a phone's width."""
WIDEST = 1600
"""Twice the width of an article's main image on a wide screen."""
NARROWEST = 320
"""Narrower images get no copies."""

NAME = re.compile(
    r"(?P<hash>[0-9a-f]{32})-(?P<width>\d{1,5})"
    rf"(?P<formats>{''.join(f'(?:-{name})?' for name in FORMATS)})\.(?P<type>[a-z]+)"
)
FOLDER = "/media/"
COLUMN = "(min-width: 36rem) 32rem, calc(100vw - 2.25rem)"
"""The width of images in the text as a value of ``sizes``; it must agree with static/css/35-prose.css."""
COLUMN_PIXELS = 512


class ImageSource(NamedTuple):
    """The attributes of one ``source`` element (https://html.spec.whatwg.org/#the-source-element)."""

    type: str
    srcset: str


def ladder(width: int) -> tuple[int, ...]:
    """Return the widths of the copies of an image of ``width`` pixels, narrowest first; empty for a narrow image.

    The last width is the image's own or ``WIDEST``. The others are at least a fifth narrower, since a copy that is
    almost as wide would save little.
    """
    if width < NARROWEST:
        return ()
    widest = min(width, WIDEST)
    return (*(step for step in STEPS if step <= widest * 4 / 5), widest)


def name(hash_: str, width: int, formats: Iterable[str], type_: str) -> str:
    """Return the file name of an image that has copies in ``formats``."""
    return f"{'-'.join((hash_, str(width), *formats))}.{type_}"


def copies(file: str) -> dict[str, dict[int, str]]:
    """Return the copies of the image ``file`` by format and width; empty if there are none.

    An image in one of these formats is itself the copy with its own width and format.
    """
    known = NAME.fullmatch(file)
    if known is None:
        return {}
    width = int(known["width"])
    own = (known["type"], width)
    return {
        format_: {
            step: file if (format_, step) == own else f"{known['hash']}-{step}.{format_}" for step in ladder(width)
        }
        for format_ in known["formats"].split("-")[1:]
    }


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
