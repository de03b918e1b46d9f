"""Decides which addresses a comment may link to."""

import re
from urllib.parse import urlsplit

from blog.unicode import UNWANTED

SCHEMES = frozenset({"http", "https", "mailto"})
# Browsers read a backslash as a slash (https://url.spec.whatwg.org/), so “/\evil.example” leads to another host.
FORBIDDEN = frozenset('"<>\\`')
HOST = re.compile(r"\w[\w.-]*|[\da-f:.]+:[\da-f:.]+")
# Two slashes begin an address on another host (RFC 3986, section 4.2).
SITE_PATH = re.compile(r"/(?!/).*")


def is_publishable(address: str) -> bool:
    """Return whether a comment may link to ``address``: http(s), mailto, or a path on this site."""
    if any(c.isspace() or c in FORBIDDEN or UNWANTED.match(c) for c in address):
        return False
    return is_web_address(address) or _is_mailto(address) or SITE_PATH.fullmatch(address) is not None


def is_web_address(address: str) -> bool:
    """Return whether ``address`` is an absolute http(s) address with a host and without a user name."""
    if any(c.isspace() or c in FORBIDDEN or UNWANTED.match(c) for c in address):
        return False
    try:
        parts = urlsplit(address)
        # Reading the port raises ValueError if it is not a number up to 65535.
        is_valid_port = parts.port != 0
    except ValueError:
        return False
    has_host = HOST.fullmatch(parts.hostname or "") is not None
    # A user name can look like a host: https://bank.example@evil.example leads to evil.example.
    return parts.scheme in {"http", "https"} and has_host and is_valid_port and "@" not in parts.netloc


def _is_mailto(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "mailto" and "@" in parts.path
