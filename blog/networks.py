"""Shortens IP addresses to the networks that they belong to, for privacy."""

import re
from ipaddress import ip_address, ip_network

WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|([\d.]+):\d+")
"""How some proxies write an address in ``X-Forwarded-For``: ``203.0.113.77:5000``, ``[2001:db8::7]:5000``."""


def truncate_ip(address: str | None) -> str:
    """Return the network of an IP address: its /24, or its /48 for IPv6; never the full address.

    ``203.0.113.77`` gives ``203.0.113.0/24``; a text that is not an address gives ``unknown``.
    """
    found = WITH_PORT.fullmatch(address or "")
    try:
        ip = ip_address((found[1] or found[2]) if found else address or "")
    except ValueError:
        return "unknown"
    # A socket for both versions shows IPv4 clients as ::ffff:203.0.113.77; all of them would be in one network.
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
