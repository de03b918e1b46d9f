"""Files for tests to read."""

from pathlib import Path
from zoneinfo import ZoneInfo

UTC_ZONE = ZoneInfo("UTC")

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
IMAGES = {
    "png": PNG,
    "jpg": b"\xff\xd8\xff\xe0" + bytes(16),
    "gif": b"GIF89a" + bytes(16),
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "avif": b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf",
    "svg": b'<?xml version="1.0"?>\n<!-- a cup -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
}


def write(folder: Path, name: str, body: str = "Water first.", **fields: str) -> Path:
    """A file of ``fields`` (YAML as it stands) and ``body``."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    matter = "".join(f"{field}: {value}\n" for field, value in fields.items())
    path.write_text(f"---\n{matter}---\n\n{body}\n" if fields else f"{body}\n", encoding="utf-8")
    return path


def many(folder: Path, count: int) -> None:
    for number in range(count):
        write(folder, f"piece-{number}.md", f"# Piece {number}\n\nText.")
