"""How many requests, bytes and seconds a client has used."""

from dataclasses import dataclass


@dataclass(slots=True)
class Usage:
    """The requests that were sent, the bytes of their answers as they came, and the seconds they took."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        requests = "1 request" if self.requests == 1 else f"{self.requests} requests"
        return f"{requests}, {self.bytes / 1_000:.1f} kB, {self.seconds:.1f} s"
