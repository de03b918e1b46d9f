"""Static files: the theme's over ours, at addresses that carry a hash of them all, kept for a year.

The hash is one for the whole set, so that a stylesheet's relative addresses, and a script's imports, carry it as well.
``css/site.css`` is no file: it is all stylesheets one after another, in the order in which their layers are declared.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, send_file, url_for

from blog.config import Settings
from blog.paths import STATIC

STYLESHEET = "css/site.css"
ONE_YEAR_SECONDS = 365 * 24 * 60 * 60
ONE_MINUTE_SECONDS = 60

blueprint = Blueprint("assets", __name__)
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True)
class Assets:
    """The static files of ``folders``; a file in an earlier folder hides the one of the same name in a later."""

    folders: tuple[Path, ...]

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every file by its name, which is its path inside its folder."""
        found: dict[str, Path] = {}
        for folder in reversed(self.folders):
            found |= {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
        return dict(sorted(found.items()))

    @cached_property
    def stylesheet(self) -> bytes:
        """All stylesheets in the order of their names, which begin with a number."""
        return b"\n".join(
            path.read_bytes() for name, path in self.files.items() if name.startswith("css/") and path.suffix == ".css"
        )

    @cached_property
    def digest(self) -> str:
        """A short hash over all names and contents."""
        whole = hashlib.sha256()
        for name, path in self.files.items():
            whole.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        return whole.hexdigest()[:12]


def init_app(app: Flask, settings: Settings) -> None:
    """Serve the static files under ``/static/`` and give templates ``asset_url()``."""
    theme = settings.theme / "static" if settings.theme else None
    assets = Assets((theme, STATIC) if theme and theme.is_dir() else (STATIC,))
    app.extensions["assets"] = assets
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset_url"] = asset_url


def asset_url(name: str) -> str:
    """The address of the static file ``name``, such as ``css/site.css``."""
    return url_for("assets.show", digest=_current().digest, name=name)


def asset_bytes(name: str) -> bytes:
    """What the static file ``name`` holds."""
    return _current().files[name].read_bytes()


@blueprint.get("/static/<digest>/<path:name>")
def show(digest: str, name: str) -> Response:
    """One static file; kept for a year when the address carries the present hash, else shortly."""
    assets = _current()
    if name == STYLESHEET:
        response = Response(assets.stylesheet, mimetype="text/css")
    elif name in assets.files:
        response = send_file(assets.files[name], etag=False)
    else:
        abort(404)
    is_present = digest == assets.digest
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR_SECONDS if is_present else ONE_MINUTE_SECONDS
    response.cache_control.immutable = is_present
    return response


def _current() -> Assets:
    return cast("Assets", current_app.extensions["assets"])
