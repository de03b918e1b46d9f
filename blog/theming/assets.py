"""Static files: the theme's over the built-in ones, at addresses that contain a hash and are cached for a year.

The hash is one for the whole set, so that a stylesheet's relative addresses, and a script's imports, carry it as well.
``css/site.css`` and ``css/moderation.css`` are not files: each joins stylesheets in the order in which their layers are
declared, the one those that readers' pages need, the other those that only moderators see.
"""

import hashlib
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, request, send_file, url_for

from blog.config import Settings
from blog.encodings import choose, encode
from blog.paths import STATIC
from blog.theming import stylesheets
from blog.theming.theme import Fault, Theme

SITE, MODERATION = "css/site.css", "css/moderation.css"
MODERATION_PARTS = re.compile(r"css/5\d-")
"""The names of the stylesheets that only moderators' pages need."""
BROTLI_QUALITY = 11
"""Slow, but each file is compressed once."""
COMPRESSIBLE = frozenset({"application/json", "image/svg+xml", "text/css", "text/javascript", "text/plain", "text/xml"})
PAGE = "--paper"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-z]+|(?!var|env|light-dark|color-mix)[a-z]+\([^()]*\)")
ONE_YEAR_SECONDS = 365 * 24 * 60 * 60
ONE_MINUTE_SECONDS = 60

blueprint = Blueprint("assets", __name__)
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True)
class Assets:
    """The built-in static files, and the theme's over them.

    A file of the theme hides the built-in one of the same name, unless it cannot be used: then that one stays, and
    ``note`` is called with the reason.
    """

    own: Path | None
    note: Callable[[Fault], None]

    @cached_property
    def files(self) -> dict[str, Path]:
        """Every file by its name, which is its path inside its folder."""
        own = {name: path for name, path in _files(self.own).items() if self._is_usable(path)} if self.own else {}
        return dict(sorted((_files(STATIC) | own).items()))

    def _is_usable(self, path: Path) -> bool:
        """Whether a file of the theme can be read, and would not hurt the stylesheets that follow it."""
        try:
            content = path.read_bytes()
            if path.suffix == ".css":
                stylesheets.read(content.decode())
        except OSError as error:
            self.note(Fault(str(path), 1, f"cannot be read ({error.strerror}); it is not used"))
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self.note(Fault(str(path), line, "is not UTF-8; this stylesheet is not used"))
        except stylesheets.Unbalanced as error:
            self.note(Fault(str(path), error.line, f"{error.what}; this stylesheet is not used"))
        else:
            return True
        return False

    @cached_property
    def stylesheets(self) -> dict[str, Path]:
        """The files that make up the one stylesheet, in the order in which they follow one another."""
        return {name: path for name, path in self.files.items() if name.startswith("css/") and path.suffix == ".css"}

    @cached_property
    def joined(self) -> dict[str, bytes]:
        """The joined stylesheets. Ours begin with a number, so that a theme's come last."""
        by_name: dict[str, list[bytes]] = {SITE: [], MODERATION: []}
        for name, path in self.stylesheets.items():
            by_name[MODERATION if MODERATION_PARTS.match(name) else SITE].append(path.read_bytes())
        return {name: b"\n".join(parts) for name, parts in by_name.items()}

    @cached_property
    def stylesheet(self) -> bytes:
        """The stylesheet of readers' pages."""
        return self.joined[SITE]

    @lru_cache  # noqa: B019 - there is one of these for each application, and it lives as long
    def encoded(self, name: str) -> dict[str, bytes]:
        """The file ``name`` in every encoding, for types that compress well.

        :raises KeyError: there is no such file.
        """
        body = self.joined[name] if name in self.joined else self.files[name].read_bytes()
        return encode(body, brotli_quality=BROTLI_QUALITY)

    @cached_property
    def page_colours(self) -> dict[str, str]:
        """The colour of the page in the light and in the dark, where the stylesheets state it as a colour."""
        return _page_colours(self.stylesheet.decode())

    @cached_property
    def digest(self) -> str:
        """A short hash over all names and contents."""
        whole = hashlib.sha256()
        for name, path in self.files.items():
            whole.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        return whole.hexdigest()[:12]


@lru_cache(maxsize=8)
def _page_colours(css: str) -> dict[str, str]:
    set_ = [property_ for property_ in stylesheets.read(css).properties if property_.name == PAGE]
    last = {
        "light": next((paper.value for paper in reversed(set_) if not paper.is_dark), ""),
        "dark": next((paper.value for paper in reversed(set_)), ""),
    }
    return {scheme: value for scheme, value in last.items() if COLOUR.fullmatch(value)}


def init_app(app: Flask, settings: Settings) -> None:
    """Serve the static files under ``/static/`` and give templates ``asset_url()``."""
    theme = cast("Theme", app.extensions["theme"])
    app.extensions["assets"] = Assets(settings.theme / "static" if settings.theme else None, theme.note)
    app.register_blueprint(blueprint)
    app.jinja_env.globals |= {"asset_url": asset_url, "page_colours": page_colours}


def current() -> Assets:
    """The current application's static files."""
    return cast("Assets", current_app.extensions["assets"])


def asset_url(name: str) -> str:
    """The address of the static file ``name``, such as ``css/site.css``."""
    return url_for("assets.show", digest=current().digest, name=name)


def page_colours() -> dict[str, str]:
    """The page's colour by ``light`` and ``dark``, for what surrounds the page; each where it is known."""
    return current().page_colours


def asset_bytes(name: str) -> bytes:
    """What the static file ``name`` holds."""
    return current().files[name].read_bytes()


@blueprint.get("/static/<digest>/<path:name>")
def show(digest: str, name: str) -> Response:
    """One static file; kept for a year when the address carries the present hash, else shortly."""
    assets = current()
    if name not in assets.files and name not in assets.joined:
        abort(404)
    type_ = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if type_ in COMPRESSIBLE:
        response = _negotiated(assets.encoded(name), type_)
    else:
        response = send_file(assets.files[name], etag=False)
    is_present = digest == assets.digest
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR_SECONDS if is_present else ONE_MINUTE_SECONDS
    response.cache_control.immutable = is_present
    return response


def _negotiated(variants: dict[str, bytes], type_: str) -> Response:
    """The smallest variant that the client accepts."""
    encoding = choose(variants, request.headers.get("Accept-Encoding", ""))
    response = Response(variants[encoding], mimetype=type_)
    if encoding != "identity":
        response.content_encoding = encoding
    response.vary.add("Accept-Encoding")
    return response


def _files(folder: Path) -> dict[str, Path]:
    """The files of a folder, and links that lead nowhere, by their names; without what is hidden by a dot."""
    paths = (path for path in folder.rglob("*") if path.is_file() or (path.is_symlink() and not path.exists()))
    named = ((path.relative_to(folder), path) for path in paths)
    return {name.as_posix(): path for name, path in named if not any(part.startswith(".") for part in name.parts)}
