"""Protects against server-side request forgery: allows only public addresses and the host that the operator named.

Without this, an image URL in an article could make the server send requests into its own network (OWASP's cheat sheet
“Server-Side Request Forgery Prevention”). The caller connects to exactly the IP addresses that were checked, because a
host name could resolve to another address a moment later.
"""

import ipaddress
from urllib.parse import urlsplit

from blog.fetch.name_lookup import LOOKUP_SECONDS, look_up

USUAL_PORTS = frozenset({80, 443})
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that contain an IPv4 address (RFC 6052)."""

Host = tuple[str, int]


class AddressNotAllowed(OSError):
    """A host name resolves to an address in a private network."""


def host_of(url: str) -> Host:
    """Return the host and port of an http(s) URL.

    :raises ValueError: it is not an http(s) URL, or the port is invalid.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it is not an http(s) address")
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def addresses(host: str, port: int, named: Host, seconds: float = LOOKUP_SECONDS) -> list[str]:
    """Return the IP addresses of ``host``, to be tried in order; look them up for at most ``seconds``.

    ``named`` is the configured host. It may have private addresses, on its own port and the usual ones.

    :raises AddressNotAllowed: another host has an address that is not public.
    :raises OSError: the host name does not resolve in time.
    """
    found = look_up(host, port, seconds)
    # Other ports of this host stay closed: an address in an article must not reach a database or an admin page there.
    is_named = host == named[0] and port in USUAL_PORTS | {named[1]}
    # All of them must be public, because the client tries the next one when one does not answer.
    if not is_named and not all(map(is_public, found)):
        raise AddressNotAllowed("leads into a private network")
    return found


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    # A link-local address may end with its zone, as in fe80::1%eth0 (RFC 4007, section 11).
    ip = ipaddress.ip_address(address.partition("%")[0])
    # Some IPv6 addresses lead to an IPv4 address inside them, which can be private.
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None)
        if inner is not None:
            return is_public(str(inner))
    # For some multicast addresses, such as 224.0.1.1, is_global is true.
    return ip.is_global and not ip.is_multicast
