"""The widths and formats of this site's images, derived from the file name of the image.

``<hash>-1300-avif-webp.jpg`` is an image 1300 pixels wide with copies in AVIF and WebP, each in all widths of the
ladder below: ``<hash>-560.avif``, ``<hash>-800.avif`` and so on. So pages can list all copies without looking into the
database or onto the disk. An image without formats or without a width in its name has no copies.
"""

import re
from collections.abc import Iterable

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
