"""Permanent ids for feeds and their entries, which stay when an address changes.

They are ``tag:`` URIs (RFC 4151): the site's host, a year, and the number of the row, as in
``tag:blog.example.org,2026:article/12``. The host is that of ``BLOG_URL``; without one it is the host that was asked,
so that whoever subscribed under one name of the site always meets the same ids.
"""

from urllib.parse import urlsplit

from werkzeug.urls import iri_to_uri

from blog.theming.site import absolute

YEAR = 2026
"""It is part of every id that a feed reader remembers, and no statement about today."""


def permanent_id(what: str) -> str:
    """The id of ``what``, such as ``article/12``."""
    return f"tag:{_authority()},{YEAR}:{what}"


def _authority() -> str:
    host = urlsplit(iri_to_uri(absolute(""))).hostname or "localhost"
    # With hyphens for its colons, an IPv6 address is formed like the names that an id may begin with.
    return host.replace(":", "-").strip("-")
