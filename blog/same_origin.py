"""Whether a request comes from a page of this site."""

from urllib.parse import urlsplit

from flask import Request


def is_same_origin(request: Request, site_url: str | None) -> bool:
    """Whether a browser sent ``request`` from a page of this site.

    Follows the Fetch Metadata specification (``Sec-Fetch-Site``), and ``Origin`` (RFC 6454) where a browser does not
    send that. A request with neither comes from no browser, so it can carry nobody else's authority: it passes.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    own = {urlsplit(request.host_url)[:2]} | ({urlsplit(site_url)[:2]} if site_url else set())
    return urlsplit(origin)[:2] in own
