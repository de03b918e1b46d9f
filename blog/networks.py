"""Shortens IP addresses to the networks that they belong to, for privacy."""

from ipaddress import ip_address, ip_network


def truncate_ip(address: str | None) -> str:
    """Return the network of an IP address: its /24, or its /48 for IPv6; never the full address.

    ``203.0.113.77`` gives ``203.0.113.0/24``; a text that is not an address gives ``unknown``.
    """
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
