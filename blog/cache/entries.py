"""One cached page: its headers, and its body already compressed with every encoding that browsers accept."""

import gzip
import time
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from wsgiref.handlers import format_date_time

import brotli
from werkzeug.http import parse_accept_header, parse_date, parse_list_header

from blog.cache.policy import CachePolicy

Headers = list[tuple[str, str]]

BROTLI_QUALITY = 5
GZIP_LEVEL = 6
MIN_BYTES = 500
"""A smaller body gains nothing by being compressed."""
IN_ORDER_OF_SIZE = ("br", "gzip", "identity")
IN_304 = frozenset({"cache-control", "content-location", "vary"})
OURS = frozenset({"content-length", "content-encoding", "etag", "last-modified", "vary"})


@dataclass(slots=True)
class Variant:
    """A body in one encoding, with the headers that go with it."""

    body: bytes
    headers: Headers


@dataclass(slots=True)
class Entry:
    """A page as it was made at ``made_at``, on the monotonic clock."""

    policy: CachePolicy
    etag: str
    modified: float
    """When it was made, as a Unix time."""
    variants: dict[str, Variant]
    headers_304: Headers
    made_at: float = field(default_factory=time.monotonic)

    @property
    def size(self) -> int:
        """The bytes that it takes, about."""
        return 2_000 + sum(len(variant.body) for variant in self.variants.values())


def make_entry(policy: CachePolicy, headers: Headers, body: bytes) -> Entry:
    """The entry of a whole answer with the status 200."""
    etag = f'W/"{sha256(body).hexdigest()[:24]}"'
    told = {name.lower(): value for name, value in headers}
    changed = parse_date(told.get("last-modified"))
    modified = changed.timestamp() if changed else time.time()
    vary = ", ".join(sorted({"Accept-Encoding"} | set(parse_list_header(told.get("vary", "")))))
    common = [(name, value) for name, value in headers if name.lower() not in OURS]
    common += [("ETag", etag), ("Last-Modified", format_date_time(modified)), ("Vary", vary)]
    variants = {}
    for encoding, data in _encoded(body).items():
        own = [("Content-Length", str(len(data)))]
        if encoding != "identity":
            own.append(("Content-Encoding", encoding))
        variants[encoding] = Variant(data, common + own)
    headers_304 = [
        (name, value) for name, value in common if name.lower() in IN_304 or name in {"ETag", "Last-Modified"}
    ]
    return Entry(policy, etag, modified, variants, headers_304)


def _encoded(body: bytes) -> dict[str, bytes]:
    if len(body) < MIN_BYTES:
        return {"identity": body}
    return {
        "identity": body,
        "gzip": gzip.compress(body, GZIP_LEVEL, mtime=0),
        "br": brotli.compress(body, quality=BROTLI_QUALITY),
    }


@lru_cache(maxsize=512)
def preferred(accept_encoding: str) -> tuple[str, ...]:
    """The encodings that a client takes, best first (RFC 9110, section 12.5.3); of equals, the smaller body."""
    accepted = dict(parse_accept_header(accept_encoding))
    quality = {name: _quality(accepted, name) for name in IN_ORDER_OF_SIZE}
    usable = [name for name in IN_ORDER_OF_SIZE if quality[name] > 0]
    return tuple(sorted(usable, key=lambda name: -quality[name])) or ("identity",)


def _quality(accepted: dict[str, float], name: str) -> float:
    if name in accepted:
        return accepted[name]
    if "*" in accepted:
        return accepted["*"]
    # Without a word on it, what is not encoded is always taken, and what is encoded never.
    return 0.001 if name == "identity" else 0.0
