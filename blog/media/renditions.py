"""Makes narrower and smaller copies of an image, for ``srcset``."""

from io import BytesIO
from math import prod
from typing import Any

from PIL import Image

from blog.markup import image_widths
from blog.media.inspect import FORMATS, Picture

OPTIONS: dict[str, dict[str, Any]] = {"avif": {"quality": 60, "speed": 8}, "webp": {"quality": 80, "method": 4}}
"""Both look the same to the eye. Slower settings save a tenth of the bytes but take three times as long."""
MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
"""Pillow modes that can be copied. Copies of other modes, such as CMYK, would look different."""
COLOURED = frozenset({"P", "RGB", "RGBA"})
"""Modes whose colour profile is also right for the copy."""

MAX_PIXELS = 10_000_000
"""Limit for the widest copy. Encoding a larger one would take about 15 seconds."""

Copies = dict[str, dict[int, bytes]]


def make(picture: Picture) -> Copies:
    """Return the bytes of each copy by format and width; :func:`blog.markup.image_widths.copies` gives the file names.

    A format is left out if one of its copies would not be smaller than the picture, or cannot be encoded. SVGs,
    animations, and narrow or very tall pictures get no copies. Uses at most twice the memory of the decoded picture.
    """
    steps = image_widths.ladder(picture.width or 0)
    if not steps or picture.type not in FORMATS:
        return {}
    with Image.open(BytesIO(picture.data), formats=[FORMATS[picture.type]]) as image:
        if not _is_suitable(image, picture.type, steps[-1]):
            return {}
        profile = image.info.get("icc_profile") if image.mode in COLOURED else None
        try:
            scaled = _scaled(image, steps)
        except MemoryError:
            return {}
    made = {format_: _encoded(picture, scaled, format_, profile or b"") for format_ in image_widths.FORMATS}
    return {format_: files for format_, files in made.items() if files is not None}


def _is_suitable(image: Image.Image, type_: str, widest: int) -> bool:
    is_moving = type_ != "jpg" and getattr(image, "n_frames", 1) > 1
    return not is_moving and image.mode in MODES and prod(_size(image.size, widest)) <= MAX_PIXELS


def _scaled(image: Image.Image, steps: tuple[int, ...]) -> dict[int, Image.Image]:
    """Return ``image`` scaled to each width in ``steps``, widest first."""
    # Read first, because draft() changes image.size.
    size = image.size
    # Lets the JPEG decoder scale down while decoding, which saves time and memory.
    image.draft(None, _size(size, steps[-1]))
    mode = "RGBA" if image.has_transparency_data else "RGB"
    whole = image if image.mode == mode else image.convert(mode)
    scaled: dict[int, Image.Image] = {}
    # Each copy is made from the next wider one, which takes less time than from the whole picture.
    for step in reversed(steps):
        whole = scaled[step] = whole.resize(_size(size, step), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return scaled


def _size(size: tuple[int, int], width: int) -> tuple[int, int]:
    return width, max(1, round(size[1] * width / size[0]))


def _encoded(picture: Picture, scaled: dict[int, Image.Image], format_: str, profile: bytes) -> dict[int, bytes] | None:
    files: dict[int, bytes] = {}
    for width, image in scaled.items():
        if (format_, width) == (picture.type, picture.width):
            continue
        out = BytesIO()
        try:
            image.save(out, FORMATS[format_], icc_profile=profile, **OPTIONS[format_])
        except (OSError, ValueError, MemoryError):
            return None  # such as a picture higher than the format allows
        files[width] = out.getvalue()
        if len(files[width]) >= len(picture.data):
            return None
    return files
