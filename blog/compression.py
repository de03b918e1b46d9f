"""Compresses bodies, and chooses the encoding that a client accepts (RFC 9110, sections 8.4.1 and 12.5.3)."""

import gzip
from functools import lru_cache

import brotli
from werkzeug.http import parse_accept_header

ENCODINGS = ("br", "gzip", "identity")
"""The supported encodings, smallest result first."""
GZIP_LEVEL = 6
MIN_BYTES = 500
"""Smaller bodies are not compressed, because it saves nothing."""


def encode(body: bytes, *, brotli_quality: int) -> dict[str, bytes]:
    """Return ``body`` in every encoding that is worth sending; ``identity`` is the uncompressed body."""
    if len(body) < MIN_BYTES:
        return {"identity": body}
    return {
        "identity": body,
        "gzip": gzip.compress(body, GZIP_LEVEL, mtime=0),
        "br": brotli.compress(body, quality=brotli_quality),
    }


@lru_cache(maxsize=512)
def preferred(accept_encoding: str) -> tuple[str, ...]:
    """Return the encodings that a client accepts, best first; among equals, the smaller result first."""
    accepted = dict(parse_accept_header(accept_encoding))
    quality = {name: _quality(accepted, name) for name in ENCODINGS}
    usable = [name for name in ENCODINGS if quality[name] > 0]
    return tuple(sorted(usable, key=lambda name: -quality[name])) or ("identity",)


def choose(variants: dict[str, bytes], accept_encoding: str) -> str:
    """Return the name of the variant for a client with this ``Accept-Encoding`` header."""
    return next((name for name in preferred(accept_encoding) if name in variants), "identity")


def _quality(accepted: dict[str, float], name: str) -> float:
    if name in accepted:
        return accepted[name]
    if "*" in accepted:
        return accepted["*"]
    # A header that does not mention an encoding refuses it; the plain body is always acceptable.
    return 0.001 if name == "identity" else 0.0
