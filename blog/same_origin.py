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
    sent_from = _scheme_and_host(origin)
    own = {_scheme_and_host(request.host_url), _scheme_and_host(site_url or "")}
    return sent_from is not None and sent_from in own


def _scheme_and_host(url: str) -> tuple[str, str] | None:
    """``None`` where ``url`` has no host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return (parts.scheme, parts.netloc) if parts.netloc else None
