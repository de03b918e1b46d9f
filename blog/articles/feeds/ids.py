"""Permanent ids for feeds and their entries, which stay the same when an address changes.

They are ``tag:`` URIs (RFC 4151) with the site's host, a year and a row id, such as
``tag:blog.example.org,2026:article/12``. The host is the one in ``BLOG_URL``, or else the host of the request. So a
subscriber who always uses the same host always gets the same ids.
"""

from urllib.parse import urlsplit

from werkzeug.urls import iri_to_uri

from blog.theming.site import absolute

YEAR = 2026
"""Never change it: it is part of every id, and feed readers remember the ids. It is not the current year."""


def permanent_id(what: str) -> str:
    """Return the id for ``what``, such as ``article/12``."""
    return f"tag:{_authority()},{YEAR}:{what}"


def _authority() -> str:
    host = urlsplit(iri_to_uri(absolute(""))).hostname or "localhost"
    # RFC 4151 allows no colons in the host part, so those of an IPv6 address become hyphens.
    return host.replace(":", "-").strip("-")
