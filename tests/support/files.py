"""Files for tests to read."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

UTC_ZONE = ZoneInfo("UTC")

SIZE = (6, 4)


def picture(kind: str, size: tuple[int, int] = SIZE, **options: Any) -> bytes:  # noqa: ANN401 - as Pillow takes them
    """A picture of one colour, with its upper left quarter in another one."""
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (0, 0, size[0] // 2, size[1] // 2))
    out = BytesIO()
    image.save(out, {"jpg": "JPEG"}.get(kind, kind.upper()), **options)
    return out.getvalue()


@cache
def photograph(kind: str, size: tuple[int, int], **options: Any) -> bytes:  # noqa: ANN401 - as Pillow takes them
    """A picture with as much detail as a photo and a blue upper left quarter; the same at each call."""
    detail = Image.effect_noise((size[0] // 4 + 1, size[1] // 4 + 1), 60).resize(size, Image.Resampling.BICUBIC)
    image = Image.merge("RGB", (detail, detail.transpose(Image.Transpose.FLIP_LEFT_RIGHT), detail))
    image.paste((30, 30, 200), (0, 0, size[0] // 2, size[1] // 2))
    out = BytesIO()
    image.save(out, {"jpg": "JPEG"}.get(kind, kind.upper()), **options)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    """The picture in a file, with all its pixels read."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


PNG = picture("png")
IMAGES = {kind: picture(kind) for kind in ("png", "jpg", "gif", "webp", "avif")} | {
    "svg": b'<?xml version="1.0"?>\n<!-- a cup -->\n<svg xmlns="http://www.w3.org/2000/svg" width="6" height="4"/>'
}


def write(folder: Path, name: str, body: str = "Water first.", **fields: str) -> Path:
    """Write an article's file with ``fields`` (raw YAML) and ``body``."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    matter = "".join(f"{field}: {value}\n" for field, value in fields.items())
    path.write_text(f"---\n{matter}---\n\n{body}\n" if fields else f"{body}\n", encoding="utf-8")
    return path


def many(folder: Path, count: int) -> None:
    for number in range(count):
        write(folder, f"piece-{number}.md", f"# Piece {number}\n\nText.")
