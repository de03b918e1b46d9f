"""Serves the stored images from ``/media/``."""

from flask import Blueprint, Response, abort, send_from_directory

from blog.media.store import NAME, TYPES, media_folder

ONE_YEAR_SECONDS = 365 * 24 * 60 * 60
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""An SVG that is opened directly is a document, so its scripts and requests must be blocked."""

blueprint = Blueprint("media", __name__)


@blueprint.get("/media/<name>")
def show(name: str) -> Response:
    """Serve one image."""
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
