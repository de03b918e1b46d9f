"""Files that browsers and search engines request: robots.txt, search description, manifest, icons."""

import json

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from blog.articles.conditional_get import ONE_DAY, ONE_HOUR, cacheable_response
from blog.articles.xml import add, element, to_bytes
from blog.config import settings
from blog.theming.assets import asset_bytes, asset_url, page_colours
from blog.theming.site import Site, absolute_url

NOT_FOR_ROBOTS = ("/comments/", "/moderation", "/preview", "/search", "/webhooks")
"""Addresses that are private, or that robots could follow without end. Articles never have such an address."""
MANIFEST = "application/manifest+json"
OPENSEARCH = "application/opensearchdescription+xml"
# OpenSearch 1.1 allows 16 and 48 characters.
SHORT_NAME = 16
LONG_NAME = 48
ICONS = (
    ("icons/favicon.svg", "image/svg+xml", "any", "any"),
    ("icons/icon-192.png", "image/png", "192x192", "any"),
    ("icons/icon-512.png", "image/png", "512x512", "any"),
    ("icons/icon-maskable.png", "image/png", "512x512", "maskable"),
)
"""File, media type, size and purpose. A ``maskable`` icon may be cut to any shape."""

blueprint = Blueprint("site_files", __name__)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Serve ``robots.txt`` (RFC 9309): the paths that robots must not read, and the address of the sitemap."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS), ""]
    lines.append(f"Sitemap: {absolute_url('sitemaps.sitemap')}")
    return cacheable_response("\n".join([*lines, ""]).encode(), "text/plain; charset=utf-8", max_age=ONE_HOUR)


@blueprint.get("/opensearch.xml")
def search_description() -> Response:
    """Describe this site's search to browsers (OpenSearch 1.1, draft 6)."""
    root = element("OpenSearchDescription", {"xmlns": "http://a9.com/-/spec/opensearch/1.1/"})
    add(root, "ShortName", _short(settings.title, SHORT_NAME))
    add(root, "LongName", _short(settings.title, LONG_NAME))
    add(root, "Description", _("Search %(site)s", site=settings.title))
    add(root, "Language", Site.of(settings).language)
    add(root, "InputEncoding", "UTF-8")
    icon = {"width": "16", "height": "16", "type": "image/x-icon"}
    add(root, "Image", absolute_url("site_files.favicon"), icon)
    # Appended as text, because url_for() would encode the braces.
    template = absolute_url("articles.find") + "?q={searchTerms}"
    add(root, "Url", attributes={"type": "text/html", "method": "get", "template": template})
    own = {"type": OPENSEARCH, "rel": "self", "template": absolute_url("site_files.search_description")}
    add(root, "Url", attributes=own)
    return cacheable_response(to_bytes(root), OPENSEARCH, max_age=ONE_DAY)


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Serve the web app manifest (https://www.w3.org/TR/appmanifest/)."""
    site = Site.of(settings)
    payload = {
        "id": url_for("articles.index"),
        "name": site.title,
        "short_name": _short(site.title, SHORT_NAME),
        "description": site.tagline,
        "lang": site.language,
        "dir": site.direction,
        "start_url": url_for("articles.index"),
        "scope": url_for("articles.index"),
        "display": "minimal-ui",
        "icons": [
            {"src": asset_url(name), "type": type_, "sizes": sizes, "purpose": purpose}
            for name, type_, sizes, purpose in ICONS
        ],
    }
    colour = page_colours().get("light")
    if colour:
        payload |= {"background_color": colour, "theme_color": colour}
    return cacheable_response(json.dumps(payload, ensure_ascii=False).encode(), MANIFEST, max_age=ONE_DAY)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Serve the icon at the address where clients look for it without reading a page."""
    return cacheable_response(asset_bytes("icons/favicon.ico"), "image/x-icon", max_age=ONE_DAY)


@blueprint.get("/apple-touch-icon.png")
def touch_icon() -> Response:
    """Serve the icon for home screens."""
    return cacheable_response(asset_bytes("icons/apple-touch-icon.png"), "image/png", max_age=ONE_DAY)


def _short(text: str, most: int) -> str:
    """Cut ``text`` after a word if it is longer than ``most`` characters."""
    if len(text) <= most:
        return text
    words, _space, _rest = text[:most].rpartition(" ")
    return (words or text[: most - 1]) + "…"
