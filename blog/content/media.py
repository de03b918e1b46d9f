"""Images as this site's own files: kept under a hash of their bytes, served from ``/media/`` for a year."""

import os
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from blog.config import settings
from blog.content.pictures import examine
from blog.instance import InstanceUnwritable

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}
NAME = re.compile(rf"[0-9a-f]{{32}}\.({'|'.join(TYPES)})")
ONE_YEAR_SECONDS = 365 * 24 * 60 * 60
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An SVG opened by itself is a document; it may draw, and nothing else."""

blueprint = Blueprint("media", __name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """An image of this site: its address, and its size in pixels where that is known."""

    address: str
    width: int | None
    height: int | None


@blueprint.get("/media/<name>")
def show(name: str) -> Response:
    """One image."""
    known = NAME.fullmatch(name)
    if known is None:
        abort(404)
    response = send_from_directory(media_folder(), name, mimetype=TYPES[known[1]], max_age=ONE_YEAR_SECONDS)
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.cache_control.no_cache = None
    if known[1] == "svg":
        response.headers["Content-Security-Policy"] = SVG_POLICY
    return response


def media_folder() -> Path:
    """Where the images of the current application lie."""
    return settings.instance / "media"


def keep_image(data: bytes) -> Kept:
    """Keep an image without its metadata; the same bytes have the same address.

    :raises NotAnImage: the bytes are no image that a page should show.
    :raises InstanceUnwritable: it cannot be written.
    """
    picture = examine(data)
    name = f"{sha256(picture.data).hexdigest()[:32]}.{picture.type}"
    target = media_folder() / name
    if not target.exists():
        try:
            _write_whole(target, picture.data)
        except OSError as error:
            raise InstanceUnwritable(
                f"The image {target} cannot be written ({error.strerror}). "
                "Make the instance folder writable for this user, and see that the disk is not full."
            ) from error
    return Kept(f"/media/{name}", picture.width, picture.height)


def _write_whole(target: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, however the process ends."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
