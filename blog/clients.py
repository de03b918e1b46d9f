"""What a request tells of its sender: from which network it comes, and from which site."""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from flask import Request


def shortened_address(address: str | None) -> str:
    """The network an IP address belongs to: its /24, or /48 for IPv6; never the full address.

    ``203.0.113.77`` gives ``203.0.113.0/24``; what is no address gives ``unknown``.
    """
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


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
