"""The widths and formats of this site's images, read from the image's own address.

The file ``<hash>-1300-avif-webp.jpg`` is a picture 1300 pixels wide that is also there as AVIF and as WebP, each at
every step of the ladder below: ``<hash>-560.avif``, ``<hash>-800.avif`` and so on. So a page names them all without
looking for any. A name without formats, or without a width, has nothing beside it.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

FORMATS = ("avif", "webp")
"""In the order in which a browser is offered them: the smaller files first."""
STEPS = (560, 800, 1100)
"""A page's column on a screen, twice a small phone's width, twice the column or three times a phone's width."""
WIDEST = 1600
"""Twice the width of an article's own image on a wide screen."""
NARROWEST = 320
"""A narrower picture stays as it is."""

NAME = re.compile(
    r"(?P<hash>[0-9a-f]{32})-(?P<width>\d{1,5})"
    rf"(?P<formats>{''.join(f'(?:-{name})?' for name in FORMATS)})\.(?P<type>[a-z]+)"
)
FOLDER = "/media/"
COLUMN = "(min-width: 36rem) 32rem, calc(100vw - 2.25rem)"
"""How wide an image within the text is shown, as ``sizes`` says it: static/css/35-prose.css."""
COLUMN_PIXELS = 512


class ImageSource(NamedTuple):
    """What a ``source`` element says of one format (https://html.spec.whatwg.org/#the-source-element)."""

    type: str
    srcset: str


def ladder(width: int) -> tuple[int, ...]:
    """The widths in which a picture of ``width`` pixels is to be had, narrowest first; none where it is narrow itself.

    The last one is its own width or ``WIDEST``; the others are narrower by a fifth at least.
    """
    if width < NARROWEST:
        return ()
    widest = min(width, WIDEST)
    return (*(step for step in STEPS if step <= widest * 4 / 5), widest)


def name(hash_: str, width: int, formats: Iterable[str], type_: str) -> str:
    """The file name of a picture that is also there in ``formats``."""
    return f"{'-'.join((hash_, str(width), *formats))}.{type_}"


def copies(file: str) -> dict[str, dict[int, str]]:
    """The files beside the picture ``file``, by format and width; a picture is its own widest copy in its own format.

    Empty where there are none.
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
    """What the ``picture`` around the image at ``address`` offers; nothing where the image stands for itself."""
    return [
        ImageSource(f"image/{format_}", ", ".join(f"{FOLDER}{file} {step}w" for step, file in files.items()))
        for format_, files in copies(address.removeprefix(FOLDER)).items()
        if files
    ]


def shown_width(width: str) -> str:
    """``sizes`` for an image in running text whose ``width`` attribute is given."""
    return f"{width}px" if width.isdecimal() and 0 < int(width) < COLUMN_PIXELS else COLUMN
