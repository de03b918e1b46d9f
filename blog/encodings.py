"""Compressed bodies, and which of them a client accepts (RFC 9110, sections 8.4.1 and 12.5.3)."""

import gzip
from functools import lru_cache

import brotli
from werkzeug.http import parse_accept_header

ENCODINGS = ("br", "gzip", "identity")
"""Those that bodies are offered in, the smallest result first."""
GZIP_LEVEL = 6
MIN_BYTES = 500
"""Compressing a smaller body gains nothing."""


def encode(body: bytes, *, brotli_quality: int) -> dict[str, bytes]:
    """``body`` in every encoding that is worth sending; ``identity`` is the body itself."""
    if len(body) < MIN_BYTES:
        return {"identity": body}
    return {
        "identity": body,
        "gzip": gzip.compress(body, GZIP_LEVEL, mtime=0),
        "br": brotli.compress(body, quality=brotli_quality),
    }


@lru_cache(maxsize=512)
def preferred(accept_encoding: str) -> tuple[str, ...]:
    """The encodings that a client accepts, best first; of equal ones, the one with the smaller result."""
    accepted = dict(parse_accept_header(accept_encoding))
    quality = {name: _quality(accepted, name) for name in ENCODINGS}
    usable = [name for name in ENCODINGS if quality[name] > 0]
    return tuple(sorted(usable, key=lambda name: -quality[name])) or ("identity",)


def choose(variants: dict[str, bytes], accept_encoding: str) -> str:
    """The name of the variant to send to a client with this ``Accept-Encoding`` header."""
    return next((name for name in preferred(accept_encoding) if name in variants), "identity")


def _quality(accepted: dict[str, float], name: str) -> float:
    if name in accepted:
        return accepted[name]
    if "*" in accepted:
        return accepted["*"]
    # A header that does not mention an encoding refuses it; the plain body is always acceptable.
    return 0.001 if name == "identity" else 0.0
