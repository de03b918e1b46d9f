"""The limits of an HTTP client: times, sizes, redirects and retries."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits for a client's requests. Times are in seconds, sizes in bytes after decompression."""

    connect: float = 10
    read: float = 20
    """How long to wait for the next part of a response."""
    request: float = 60
    """How long one request may take in total, including its redirects."""
    size: int = 20_000_000
    redirects: int = 5
    tries: int = 4
    first_wait: float = 0.5
    """The longest wait before the second try; the limit doubles for each further try."""
    longest_wait: float = 60
    """If a server asks for a longer pause, the request is not tried again."""
