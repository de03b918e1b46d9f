"""Which addresses may be requested: public ones, and the host that the operator named.

Without this, an article could make the server read its own network: OWASP's cheat sheet “Server-Side Request Forgery
Prevention”. The check is made on the very address that is then connected to, so that a name cannot mean something else
a moment later.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

USUAL_PORTS = frozenset({80, 443})
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses that stand for IPv4 ones (RFC 6052)."""

Host = tuple[str, int]


class AddressNotAllowed(OSError):
    """A host name resolves to an address in a private network."""


def host_of(url: str) -> Host:
    """Host and port of an http(s) URL.

    :raises ValueError: it has none, or no usable port.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it is not an http(s) address")
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def addresses(host: str, port: int, named: Host) -> list[str]:
    """The IP addresses of ``host`` to try in turn. ``named`` may be a private one, on its own port or a usual one.

    :raises AddressNotAllowed: it has an address that is not public.
    :raises OSError: it has none.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    is_named = host == named[0] and port in USUAL_PORTS | {named[1]}
    if not is_named and not all(map(is_public, found)):
        raise AddressNotAllowed("leads into a private network")
    return found


def is_public(address: str) -> bool:
    """Whether an IP address is reachable from the whole internet, and not only from this network."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
