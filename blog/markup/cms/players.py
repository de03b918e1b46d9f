"""Finds the page behind an embedded player that a link can point to, and a name for the link."""

import re
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from blog.markup.dom import Element

_ADDRESS = re.compile(r"\s*(https?://[^\s<>\"']{1,2000})\s*")
_FILE = re.compile(r"[^/]{1,100}\.(?:mp3|m4a|mp4|og[agv]|pdf|wav|webm)", re.IGNORECASE)

POSTERS = ("data-kg-custom-thumbnail", "data-kg-thumbnail", "poster")
BLANK = "spacergif.org"
"""The host of the transparent image that Ghost's video cards use as a poster."""


def page_of(address: str) -> str | None:
    """Return the address of the page that a person would open instead of the player at ``address``, or ``None``."""
    address = f"https:{address}" if address.startswith("//") else address
    found = _ADDRESS.fullmatch(address)
    try:
        return _watched(found[1]) if found else None
    except ValueError:
        return None


def _watched(address: str) -> str:
    """Return the address of a video's page for that of its player; any other address stays unchanged.

    :raises ValueError: it is not a valid address.
    """
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    host = (parts.hostname or "").removeprefix("www.")
    match host, parts.path.split("/"):
        case "youtube.com" | "youtube-nocookie.com", ["", "embed", "videoseries", *_] if "list" in asked:
            return f"https://www.youtube.com/playlist?{urlencode({'list': asked['list'][0]})}"
        case "youtube.com" | "youtube-nocookie.com", ["", "embed" | "v", video, *_] if video:
            start = asked.get("start", [""])[0]
            return f"https://www.youtube.com/watch?v={video}" + (f"&t={start}" if start.isdecimal() else "")
        case "player.vimeo.com", ["", "video", video, *_] if video:
            # The address of an unlisted video's player contains a key, which its page needs too.
            return "/".join(["https://vimeo.com", video, *map(quote, asked.get("h", [])[:1])])
    return address


def name_of(address: str) -> str:
    """Return a name for an address without a title: the name of a media file, otherwise the host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    name = unquote(parts.path.rpartition("/")[2])
    return name if _FILE.fullmatch(name) else (parts.hostname or "").removeprefix("www.") or address


def poster_of(element: Element) -> str:
    """Return the address of a video's preview image, or an empty text."""
    return next((found for name in POSTERS if (found := element.attributes.get(name, "")) and BLANK not in found), "")
