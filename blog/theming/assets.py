"""Serves static files, a theme's before the built-in ones, at addresses that contain a hash and are cached for a year.

One hash stands for the whole set of files. Therefore relative addresses in stylesheets and imports in scripts contain
it too. ``css/site.css`` (for readers' pages) and ``css/moderation.css`` (only for moderators' pages) are not files:
each is several stylesheets joined in the order of their names, which is the order in which their layers are declared.
"""

import hashlib
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, request, send_file, url_for

from blog.compression import choose, encode
from blog.config import Settings
from blog.paths import STATIC
from blog.theming import stylesheets
from blog.theming.faults import Fault
from blog.theming.minify import minify
from blog.theming.rendering import Theme

SITE, MODERATION = "css/site.css", "css/moderation.css"
MODERATION_PARTS = re.compile(r"css/5\d-")
"""Matches the names of the stylesheets that only moderators' pages need."""
BROTLI_QUALITY = 11
"""The best and slowest quality: each file is compressed only once."""
COMPRESSIBLE = frozenset({"application/json", "image/svg+xml", "text/css", "text/javascript", "text/plain", "text/xml"})
PAGE = "--paper"
# For an element <meta name=theme-color>, which cannot use the variables of a stylesheet.
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-z]+|(?!var|env|light-dark|color-mix)[a-z]+\([^()]*\)")
ONE_YEAR_SECONDS = 365 * 24 * 60 * 60
ONE_MINUTE_SECONDS = 60

blueprint = Blueprint("assets", __name__)
# Some systems map .js to another type, and browsers refuse to run modules that do not have a JavaScript type.
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True)
class Assets:
    """The built-in static files, overridden by those of the theme.

    A theme's file replaces the built-in file of the same name. If the theme's file is unusable, the built-in file is
    used, and ``note`` is called with the reason.
    """

    own: Path | None
    note: Callable[[Fault], None]

    @cached_property
    def files(self) -> dict[str, Path]:
        """All files by name. The name is the path within the static folder."""
        own = {name: path for name, path in _files(self.own).items() if self._is_usable(path)} if self.own else {}
        return dict(sorted((_files(STATIC) | own).items()))

    def _is_usable(self, path: Path) -> bool:
        """Return whether a theme's file can be read and does not break the stylesheets after it; note what is wrong."""
        # All stylesheets are joined into one, so an unclosed brace or comment in one would disable those after it.
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
        """The CSS files by name, in the order in which they are joined."""
        return {name: path for name, path in self.files.items() if name.startswith("css/") and path.suffix == ".css"}

    @cached_property
    def joined(self) -> dict[str, bytes]:
        """The joined stylesheets by name."""
        # Names of built-in files begin with a number, so they sort before those of a theme, whose rules then win.
        by_name: dict[str, list[bytes]] = {SITE: [], MODERATION: []}
        for name, path in self.stylesheets.items():
            by_name[MODERATION if MODERATION_PARTS.match(name) else SITE].append(_content(name, path))
        return {name: b"\n".join(parts) for name, parts in by_name.items()}

    @lru_cache  # noqa: B019 - the application has one such object, which lives as long as the application
    def encoded(self, name: str) -> dict[str, bytes]:
        """Return the file ``name`` in every encoding, by encoding; meant for types that compress well.

        :raises KeyError: there is no such file.
        """
        body = self.joined[name] if name in self.joined else _content(name, self.files[name])
        return encode(body, brotli_quality=BROTLI_QUALITY)

    @cached_property
    def page_colours(self) -> dict[str, str]:
        """The page colour of the ``light`` and ``dark`` schemes, as far as the stylesheets set it to a plain colour."""
        return _page_colours(self.joined[SITE].decode())

    @cached_property
    def digest(self) -> str:
        """A short hash of the names of all files and of what is served of them, which a new minifier changes, too."""
        whole = hashlib.sha256()
        # The stylesheets are in the joined ones.
        others = ((name, _content(name, path)) for name, path in self.files.items() if name not in self.stylesheets)
        for name, content in chain(others, self.joined.items()):
            whole.update(f"{name}\0".encode() + hashlib.sha256(content).digest())
        return whole.hexdigest()[:12]


@lru_cache(maxsize=8)
def _page_colours(css: str) -> dict[str, str]:
    set_ = [property_ for property_ in stylesheets.read(css).properties if property_.name == PAGE]
    # As in CSS, the last value wins; a value outside of a dark media query applies to both schemes.
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
    """Return the current application's static files."""
    return cast("Assets", current_app.extensions["assets"])


def asset_url(name: str) -> str:
    """Return the address of the static file ``name``, such as ``css/site.css``."""
    return url_for("assets.show", digest=current().digest, name=name)


def page_colours() -> dict[str, str]:
    """Return the known page colours by ``light`` and ``dark``, for the browser's own parts around the page."""
    return current().page_colours


def asset_bytes(name: str) -> bytes:
    """Return the content of the static file ``name``."""
    return current().files[name].read_bytes()


@blueprint.get("/static/<digest>/<path:name>")
def show(digest: str, name: str) -> Response:
    """Serve a static file: cached for a year if the address has the current hash, otherwise for a minute."""
    assets = current()
    if name not in assets.files and name not in assets.joined:
        abort(404)
    type_ = mimetypes.guess_type(name)[0] or "application/octet-stream"
    try:
        if type_ in COMPRESSIBLE:
            response = _negotiated(assets.encoded(name), type_)
        else:
            response = send_file(assets.files[name], etag=False)
    except FileNotFoundError:
        abort(404)  # a theme's file that was deleted after the start
    # An old page in a cache may ask for a file by its old hash. It gets the current file, but only for a short time.
    is_current = digest == assets.digest
    response.cache_control.no_cache = None  # send_file() sets it when it is called without a max_age.
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR_SECONDS if is_current else ONE_MINUTE_SECONDS
    response.cache_control.immutable = is_current
    return response


def _negotiated(variants: dict[str, bytes], type_: str) -> Response:
    """Return the smallest variant that the client accepts."""
    encoding = choose(variants, request.headers.get("Accept-Encoding", ""))
    response = Response(variants[encoding], mimetype=type_)
    if encoding != "identity":
        response.content_encoding = encoding
    response.vary.add("Accept-Encoding")
    return response


def _content(name: str, path: Path) -> bytes:
    """Return what is served of a file: a theme's as it is, ours without comments and indentation."""
    content = path.read_bytes()
    return minify(name, content) if path.is_relative_to(STATIC) else content


def _files(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by name, without hidden ones.

    Broken symbolic links are included, so that reading them reports the fault.
    """
    paths = (path for path in folder.rglob("*") if path.is_file() or (path.is_symlink() and not path.exists()))
    named = ((path.relative_to(folder), path) for path in paths)
    return {name.as_posix(): path for name, path in named if not any(part.startswith(".") for part in name.parts)}
