"""Counts the requests, bytes and seconds that a client has used."""

from dataclasses import dataclass


@dataclass(slots=True)
class Usage:
    """The number of requests sent, the bytes received before decompression, and the seconds they took."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        requests = "1 request" if self.requests == 1 else f"{self.requests} requests"
        return f"{requests}, {self.bytes / 1_000:.1f} kB, {self.seconds:.1f} s"
