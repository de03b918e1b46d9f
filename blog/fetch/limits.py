"""The limits of one client: how long, how much, how often."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of a client's requests; times are in seconds, sizes in bytes after decompression."""

    connect: float = 10
    read: float = 20
    """How long to wait for the next part of an answer."""
    request: float = 60
    """How long one request may take in all, with its redirects."""
    size: int = 20_000_000
    redirects: int = 5
    tries: int = 4
    first_wait: float = 0.5
    """About how long to wait before the second try; each further wait may be twice as long."""
    longest_wait: float = 60
    """A server that asks for a longer pause is not asked again in this sync."""
