"""Checks the format, size and completeness of an image, and removes its metadata.

The format is detected from the first bytes, never from the file name: PNG, JPEG, GIF, WebP, AVIF (ISO/IEC 23008-12)
or SVG.
"""

import re
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

from PIL import Image

from blog.media.metadata import is_lossless_webp, is_plain_avif, stripped

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
"""The format is detected from at most this many first bytes."""
MAX_PIXELS = 40_000_000
MAX_PIXELS_OF_ANIMATION = 200_000_000
"""Limit for all frames of an animation together."""
MAX_FRAMES = 5_000
MAX_SVG_BYTES = 1_000_000
SVG_ROOT = "{http://www.w3.org/2000/svg}svg"

ORIENTATION = 0x0112
"""The EXIF tag for the orientation of the camera (CIPA DC-008, 4.6.5.1.6)."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d+)?)(?:px)?\s*")


class NotAnImage(ValueError):
    """The bytes are not an image that pages can use; the message says why."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A checked image: its bytes, its file extension, and its size in pixels if known."""

    data: bytes
    type: str
    width: int | None
    height: int | None


def examine(data: bytes) -> Picture:
    """Check an image, rotate it upright and remove its metadata. If neither is needed, the bytes stay unchanged.

    :raises NotAnImage: the format is unknown, or the image is damaged or too large to decode.
    """
    type_ = image_type(data)
    if type_ == "svg":
        return Picture(data, type_, *_svg_size(data))
    try:
        # Pillow warns about large pictures and small faults; _check_size() applies limits of our own.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Only the decoder of this format: Pillow has many more, such as the one for EPS, which starts Ghostscript.
            with Image.open(BytesIO(data), formats=[FORMATS[type_]]) as image:
                _unpack(image, type_)
                return _cleaned(image, data, type_)
    except (NotAnImage, MemoryError):
        # Too little memory is not a fault of the image, so it is not reported as damage.
        raise
    except Image.DecompressionBombError as error:
        raise NotAnImage(f"it has more than {MAX_PIXELS // 1_000_000} million pixels") from error
    except Exception as error:  # decoders raise all kinds of exceptions for damaged files
        raise NotAnImage("it is damaged or incomplete") from error


def image_type(data: bytes) -> str:
    """Return the format of an image as a file extension without the dot.

    :raises NotAnImage: the format is unknown.
    """
    # Not with Pillow, which reports an unknown format and a damaged header with the same error, and does not know SVG.
    for type_, signature in SIGNATURES.items():
        if signature.match(data[:BEGINNING]):
            return type_
    raise NotAnImage("it is not a PNG, JPEG, GIF, WebP, AVIF or SVG")


def _unpack(image: Image.Image, type_: str) -> None:
    """Decode all frames, so that a truncated file raises, and return to the first frame."""
    # A JPEG may contain more pictures after its own, such as a phone's depth map. They are removed.
    frames = 1 if type_ == "jpg" else getattr(image, "n_frames", 1)
    if frames > MAX_FRAMES:
        raise NotAnImage(f"it has {frames} frames, and {MAX_FRAMES} are allowed")
    for number in range(frames):
        image.seek(number)
        # Checked again for each frame, because a frame of a GIF may be larger than the picture.
        _check_size(image, frames)
        image.load()
    image.seek(0)


def _check_size(image: Image.Image, frames: int) -> None:
    """Raise if decoding would take too much memory. Called before decoding."""
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise NotAnImage(
            f"it has {image.width} × {image.height} pixels, and {MAX_PIXELS // 1_000_000} million are allowed"
        )
    if pixels * frames > MAX_PIXELS_OF_ANIMATION:
        raise NotAnImage("its frames have too many pixels together")


def _cleaned(image: Image.Image, data: bytes, type_: str) -> Picture:
    """Return the image without metadata. It is encoded again only to rotate it, or if it is an AVIF with metadata."""
    is_moving = type_ != "jpg" and getattr(image, "is_animated", False)
    # transpose() returns only one frame, so animations are not rotated.
    turn = None if is_moving else TURNS.get(_orientation(image))
    if turn is not None:
        image = image.transpose(turn)
        data = _written(image, type_, _options(image, data, type_))
    elif type_ == "avif" and _has_metadata(image, data):
        # Parts of an AVIF are found by offsets in the file (ISO/IEC 14496-12, iloc), so cutting one out would break it.
        data = _written(image, type_, _options(image, data, type_) | ({"save_all": True} if is_moving else {}))
    return Picture(data if type_ == "avif" else stripped(data, type_), type_, image.width, image.height)


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, or 0 if there is none or it cannot be read."""
    try:
        return int(image.getexif().get(ORIENTATION, 0))
    except Exception:
        return 0


def _written(image: Image.Image, type_: str, options: dict[str, Any]) -> bytes:
    out = BytesIO()
    image.save(out, FORMATS[type_], **options)
    return out.getvalue()


def _options(image: Image.Image, data: bytes, type_: str) -> dict[str, Any]:
    """Return the options for encoding an image again with as little loss as possible and without metadata."""
    options: dict[str, Any] = {"exif": b"", "xmp": b"", "icc_profile": image.info.get("icc_profile")}
    match type_:
        case "jpg":
            return options | {"quality": 92}
        case "webp":
            return options | {"lossless": is_lossless_webp(data), "quality": 90, "exact": True}
        case "avif":
            return options | {"quality": 85}
        case _:
            return options


def _has_metadata(image: Image.Image, data: bytes) -> bool:
    """Whether an AVIF contains anything other than the picture."""
    return bool({"exif", "xmp"} & image.info.keys()) or not is_plain_avif(data)


def _svg_size(data: bytes) -> tuple[int | None, int | None]:
    """Return the size of an SVG from its attributes or its view box; ``None`` for both sides if it has neither.

    :raises NotAnImage: the file is too large, is not well-formed, or defines entities (which can expand without limit).
    """
    if len(data) > MAX_SVG_BYTES:
        raise NotAnImage(f"it is larger than {MAX_SVG_BYTES // 1_000_000} MB")
    # NUL bytes are refused because in UTF-16 the search for “<!ENTITY” would find nothing.
    if b"<!ENTITY" in data or b"\0" in data:
        raise NotAnImage("it defines entities, which an SVG must not do")
    try:
        drawing = ET.fromstring(data)  # noqa: S314 - it has no entities
    except (ET.ParseError, ValueError, LookupError) as error:
        raise NotAnImage("it is not a well-formed SVG") from error
    if drawing.tag != SVG_ROOT:
        raise NotAnImage("it is an SVG without the namespace of SVG, which no browser draws")
    written = [drawing.get("width", ""), drawing.get("height", "")]
    sides = [LENGTH.fullmatch(side) for side in written]
    if not all(sides):
        sides = [LENGTH.fullmatch(side) for side in drawing.get("viewBox", "").replace(",", " ").split()[2:]]
    match [round(float(side[1])) for side in sides if side]:
        case [width, height] if width and height:
            return width, height
    return None, None
