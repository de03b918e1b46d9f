"""Embedded players as links: the page that a person would open, and a name for it."""

import re
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from blog.markup.dom import Element

_ADDRESS = re.compile(r"\s*(https?://[^\s<>\"']{1,2000})\s*")
_FILE = re.compile(r"[^/]{1,100}\.(?:mp3|m4a|mp4|og[agv]|pdf|wav|webm)", re.IGNORECASE)

POSTERS = ("data-kg-custom-thumbnail", "data-kg-thumbnail", "poster")
BLANK = "spacergif.org"
"""Where Ghost's video cards take a transparent picture from, as a poster that shows nothing."""


def page_of(address: str) -> str | None:
    """An address that a link may lead to, on the page that a person would open; ``None`` where there is none."""
    address = f"https:{address}" if address.startswith("//") else address
    found = _ADDRESS.fullmatch(address)
    try:
        return _watched(found[1]) if found else None
    except ValueError:
        return None


def _watched(address: str) -> str:
    """The page of a video instead of the bare player.

    :raises ValueError: it is not an address.
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
            # Who has the address of an unlisted video, has its key in it.
            return "/".join(["https://vimeo.com", video, *map(quote, asked.get("h", [])[:1])])
    return address


def name_of(address: str) -> str:
    """What to call an address that has no title: a file by its name, anything else by its host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    name = unquote(parts.path.rpartition("/")[2])
    return name if _FILE.fullmatch(name) else (parts.hostname or "").removeprefix("www.") or address


def poster_of(element: Element) -> str:
    """The address of the picture that stands for a video before it plays; empty where there is none."""
    return next((found for name in POSTERS if (found := element.attributes.get(name, "")) and BLANK not in found), "")
