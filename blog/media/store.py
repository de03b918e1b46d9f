"""Stores images under a hash of their bytes, for ``/media/``.

Narrower and smaller copies are stored next to them. Their names derive from the image's name, see
:mod:`blog.markup.image_widths`.
"""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from pathlib import Path

from blog.config import settings
from blog.instance import InstanceUnwritable
from blog.markup import image_widths
from blog.media import renditions
from blog.media.inspect import Picture, examine

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}
NAME = re.compile(rf"[0-9a-f]{{32}}(?:-[\da-z]+){{0,3}}\.({'|'.join(TYPES)})")


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image of this site: its address, and its size in pixels if known."""

    address: str
    width: int | None
    height: int | None


def media_folder() -> Path:
    """Return the folder with the images of the current application."""
    return settings.instance / "media"


def store_image(data: bytes) -> StoredImage:
    """Store an image without its metadata, and its copies. The same bytes always get the same address.

    :raises NotAnImage: the bytes are not an image that pages can use.
    :raises InstanceUnwritable: a file cannot be written.
    """
    picture = examine(data)
    hash_ = sha256(picture.data).hexdigest()[:32]
    names = _possible_names(picture, hash_)
    name = next((name for name in names if _is_whole(name)), None)
    if name is None:
        copies = renditions.make(picture)
        name = _name(picture, hash_, copies)
        files = {
            file: copies[format_].get(width, picture.data)
            for format_, by_width in image_widths.copies(name).items()
            for width, file in by_width.items()
        }
        for file, content in (files | {name: picture.data}).items():
            _keep_file(file, content)
    return StoredImage(f"{image_widths.FOLDER}{name}", picture.width, picture.height)


def _possible_names(picture: Picture, hash_: str) -> Iterator[str]:
    """Yield the names that a stored picture may have, those with the most formats first.

    The name contains the formats of its copies, so a stored picture is found without making the copies again.
    """
    for count in range(len(image_widths.FORMATS), -1, -1):
        for formats in combinations(image_widths.FORMATS, count):
            yield _name(picture, hash_, formats)


def _name(picture: Picture, hash_: str, formats: Iterable[str]) -> str:
    is_narrow = not image_widths.ladder(picture.width or 0)
    if picture.type == "svg" or picture.width is None or is_narrow:
        return f"{hash_}.{picture.type}"
    return image_widths.name(hash_, picture.width, formats, picture.type)


def _is_whole(name: str) -> bool:
    """Whether an image and all its copies are stored."""
    beside = (file for files in image_widths.copies(name).values() for file in files.values())
    return all((media_folder() / file).exists() for file in (name, *beside))


def is_stored(image: StoredImage) -> bool:
    """Whether ``image`` and all its copies are still stored."""
    return _is_whole(image.address.removeprefix(image_widths.FOLDER))


def _keep_file(name: str, data: bytes) -> None:
    target = media_folder() / name
    if target.exists():
        return
    try:
        _write_whole(target, data)
    except OSError as error:
        raise InstanceUnwritable(
            f"The image {target} cannot be written ({error.strerror}). "
            "Make the instance folder writable for this user, and check that the disk is not full."
        ) from error


def _write_whole(target: Path, data: bytes) -> None:
    """Write a file atomically: after a crash it is complete or does not exist."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # Several threads and processes may store the same image at once, so each writes to a name of its own.
    fresh = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            # Without it, the file could be empty after a power cut, although it has its final name.
            os.fsync(file.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
