"""Pictures examined before they are kept: what they are, how large, whole, and without what cameras write into them.

What a file is, its first bytes say, never its name: PNG, JPEG, GIF, WebP, AVIF (ISO/IEC 23008-12) or SVG.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

SIGNATURES = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "avif": re.compile(rb"....ftyp(?:.{4}){0,8}?avi[fs]", re.DOTALL),
    "svg": re.compile(
        rb"(?:\xef\xbb\xbf)?\s*(?:(?:<\?xml[^>]*>|<!DOCTYPE[^>]*>|<!--(?:(?!-->).)*-->)\s*)*<svg[\s>]", re.DOTALL
    ),
}
FORMATS = {"png": "PNG", "jpg": "JPEG", "gif": "GIF", "webp": "WEBP", "avif": "AVIF"}
BEGINNING = 4_096
"""Bytes within which an image must show what it is."""
MAX_PIXELS = 40_000_000
MAX_PIXELS_MOVED = 200_000_000
"""Of all frames of an animation together."""
MAX_SVG_BYTES = 1_000_000

ORIENTATION = 0x0112
UPRIGHT = 1
METADATA = frozenset({"exif", "xmp", "comment", "photoshop", "mp", "XML:com.adobe.xmp", "Raw profile type exif"})
"""What Pillow calls the texts, places and thumbnails that stand in a file beside its picture."""
LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d+)?)(?:px)?\s*")


class NotAnImage(ValueError):
    """Bytes that are no image which a page should show; the text says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image fit to be kept: its bytes, the end of its name, and its size in pixels where it has one."""

    data: bytes
    type: str
    width: int | None
    height: int | None


def examine(data: bytes) -> Picture:
    """The image in ``data``, upright and without metadata. Where there is none of that, its bytes stay as they are.

    :raises NotAnImage: it is of no known kind, damaged, or too large to be unpacked.
    """
    type_ = image_type(data)
    if type_ == "svg":
        return Picture(data, type_, *_svg_size(data))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=[FORMATS[type_]]) as image:
                _check_size(image)
                return _cleaned(image, data, type_)
    except (NotAnImage, MemoryError):
        raise
    except (Image.DecompressionBombError, UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise NotAnImage("it is damaged, or not whole") from error


def image_type(data: bytes) -> str:
    """The kind of an image, as the end of its file name.

    :raises NotAnImage: it is of no known kind.
    """
    for type_, signature in SIGNATURES.items():
        if signature.match(data[:BEGINNING]):
            return type_
    raise NotAnImage("it is no PNG, JPEG, GIF, WebP, AVIF or SVG")


def _check_size(image: Image.Image) -> None:
    """See, before anything is unpacked, that it will not fill the memory."""
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise NotAnImage(
            f"it has {image.width} × {image.height} pixels, and {MAX_PIXELS // 1_000_000} million are allowed"
        )
    if pixels * getattr(image, "n_frames", 1) > MAX_PIXELS_MOVED:
        raise NotAnImage("its frames have too many pixels together")


def _cleaned(image: Image.Image, data: bytes, type_: str) -> Picture:
    durations = [_duration(frame) for frame in _frames(image)]
    image.seek(0)
    orientation = image.getexif().get(ORIENTATION, UPRIGHT)
    if orientation == UPRIGHT and not _has_metadata(image):
        return Picture(data, type_, image.width, image.height)
    out = BytesIO()
    options = _options(image, data, type_, is_turned=orientation != UPRIGHT)
    if len(durations) > 1:
        options |= {"save_all": True, "duration": durations, "loop": image.info.get("loop", 0)}
    elif orientation != UPRIGHT:
        image = ImageOps.exif_transpose(image)
    image.save(out, FORMATS[type_], **options)
    return Picture(out.getvalue(), type_, image.width, image.height)


def _frames(image: Image.Image) -> Iterator[Image.Image]:
    """Every frame, unpacked, so that a file which breaks off is found out."""
    for frame in ImageSequence.Iterator(image):
        frame.load()
        yield frame


def _duration(frame: Image.Image) -> int:
    return int(frame.info.get("duration", 0))


def _has_metadata(image: Image.Image) -> bool:
    told: object = getattr(image, "text", None)
    extension = image.info.get("extension", (b"NETSCAPE2.0",))[0]
    return bool(METADATA & image.info.keys() or told or image.getexif()) or not extension.startswith(b"NETSCAPE")


def _options(image: Image.Image, data: bytes, type_: str, *, is_turned: bool) -> dict[str, Any]:
    """How to write an image again so that nothing but its metadata is lost, or as little as can be."""
    options: dict[str, Any] = {"exif": b"", "xmp": b"", "comment": b"", "icc_profile": image.info.get("icc_profile")}
    match type_:
        case "jpg":
            return options | {"quality": 92 if is_turned or image.format == "MPO" else "keep"}
        case "webp":
            return options | {"lossless": b"VP8L" in data[:64], "quality": 90, "method": 4}
        case "avif":
            return options | {"quality": 85}
        case _:
            return options


def _svg_size(data: bytes) -> tuple[int | None, int | None]:
    """The size that a drawing names, by its attributes or its view box.

    :raises NotAnImage: it is too large, no XML, or defines entities, of which a few bytes could make any number.
    """
    if len(data) > MAX_SVG_BYTES:
        raise NotAnImage(f"it is larger than {MAX_SVG_BYTES // 1_000_000} MB")
    if b"<!ENTITY" in data or b"\0" in data:
        raise NotAnImage("it defines entities, which a drawing needs not")
    try:
        drawing = ET.fromstring(data)  # noqa: S314 - it has no entities
    except (ET.ParseError, ValueError, LookupError) as error:
        raise NotAnImage("it is no well-formed SVG") from error
    sides = [LENGTH.fullmatch(drawing.get(name, "")) for name in ("width", "height")]
    found = (
        [side[1] for side in sides if side] if all(sides) else drawing.get("viewBox", "").replace(",", " ").split()[2:]
    )
    try:
        width, height = (round(float(side)) for side in found)
    except (ValueError, OverflowError):
        return None, None
    return (width, height) if width > 0 and height > 0 else (None, None)
