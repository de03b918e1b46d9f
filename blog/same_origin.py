"""Checks whether a request comes from a page of this site."""

from urllib.parse import urlsplit

from flask import Request


def is_same_origin(request: Request, site_url: str | None) -> bool:
    """Whether a browser sent ``request`` from a page of this site.

    Uses ``Sec-Fetch-Site`` (Fetch Metadata), or ``Origin`` (RFC 6454) if a browser does not send that. A request with
    neither header does not come from a browser, so it cannot misuse a visitor's cookies, and is accepted.
    """
    site = request.headers.get("Sec-Fetch-Site")
    # “none” is a visitor's own action, such as a typed address. “same-site” is not enough: it may be another subdomain.
    if site is not None:
        return site in {"same-origin", "none"}
    # Over plain HTTP, except on localhost, browsers do not send Sec-Fetch-Site.
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    sent_from = _scheme_and_host(origin)
    own = {_scheme_and_host(request.host_url), _scheme_and_host(site_url or "")}
    return sent_from is not None and sent_from in own


def _scheme_and_host(url: str) -> tuple[str, str] | None:
    """Return scheme and host of ``url``, or ``None`` if it has no host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return (parts.scheme, parts.netloc) if parts.netloc else None
