"""Images as this site's own files: kept under a hash of their bytes, served from ``/media/`` for a year.

What a file is, its first bytes say, never its name: PNG, JPEG, GIF, WebP, AVIF (ISO/IEC 23008-12) or SVG.
"""

import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from blog.config import settings
from blog.instance import InstanceUnwritable

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}
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
BEGINNING = 4_096
"""Bytes within which an image must show what it is."""

NAME = re.compile(rf"[0-9a-f]{{32}}\.({'|'.join(TYPES)})")
ONE_YEAR_SECONDS = 365 * 24 * 60 * 60
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An SVG opened by itself is a document; it may draw, and nothing else."""

blueprint = Blueprint("media", __name__)


class NotAnImage(ValueError):
    """Bytes that are no image of a kind that browsers show."""


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


def keep_image(data: bytes) -> str:
    """Keep an image, and return its address on this site; the same bytes have the same address.

    :raises NotAnImage: the bytes are no image of a known kind.
    :raises InstanceUnwritable: it cannot be written.
    """
    name = f"{sha256(data).hexdigest()[:32]}.{image_type(data)}"
    target = media_folder() / name
    if not target.exists():
        try:
            _write_whole(target, data)
        except OSError as error:
            raise InstanceUnwritable(
                f"The image {target} cannot be written ({error.strerror}). "
                "Make the instance folder writable for this user, and see that the disk is not full."
            ) from error
    return f"/media/{name}"


def image_type(data: bytes) -> str:
    """The kind of an image, as the end of its file name.

    :raises NotAnImage: it is of no known kind.
    """
    for type_, signature in SIGNATURES.items():
        if signature.match(data[:BEGINNING]):
            return type_
    raise NotAnImage("it is no PNG, JPEG, GIF, WebP, AVIF or SVG")


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
