"""One cached page: its headers, and its body already compressed with every encoding that browsers accept."""

import time
from dataclasses import dataclass, field
from hashlib import sha256
from wsgiref.handlers import format_date_time

from werkzeug.http import parse_date, parse_list_header

from blog.cache.policy import CachePolicy
from blog.compression import encode

Headers = list[tuple[str, str]]

BROTLI_QUALITY = 5
# What a 304 has to repeat, besides the validators (RFC 9110, section 15.4.5).
IN_304 = frozenset({"cache-control", "content-location", "vary"})
OURS = frozenset({"content-length", "content-encoding", "etag", "last-modified", "vary"})


@dataclass(slots=True)
class Variant:
    """A body in one encoding, with its response headers."""

    body: bytes
    headers: Headers


@dataclass(slots=True)
class CachedPage:
    """A cached page. ``made_at`` is a time on the monotonic clock."""

    policy: CachePolicy
    etag: str
    modified: float
    """The value of ``Last-Modified`` as a Unix time: the view's own, or else the time of caching."""
    variants: dict[str, Variant]
    headers_304: Headers
    made_at: float = field(default_factory=time.monotonic)

    @property
    def size(self) -> int:
        """The approximate memory use in bytes."""
        return 2_000 + sum(len(variant.body) for variant in self.variants.values())


def make_cached_page(policy: CachePolicy, headers: Headers, body: bytes) -> CachedPage:
    """Build the cache entry for a complete response with status 200."""
    # Weak, because all encodings share it; a strong one would need one for each (RFC 9110, section 8.8.3.3).
    etag = f'W/"{sha256(body).hexdigest()[:24]}"'
    by_name = {name.lower(): value for name, value in headers}
    last_modified = parse_date(by_name.get("last-modified"))
    modified = last_modified.timestamp() if last_modified else time.time()
    vary = ", ".join(sorted({"Accept-Encoding"} | set(parse_list_header(by_name.get("vary", "")))))
    common = [(name, value) for name, value in headers if name.lower() not in OURS]
    common += [("ETag", etag), ("Last-Modified", format_date_time(modified)), ("Vary", vary)]
    variants = {}
    for encoding, data in encode(body, brotli_quality=BROTLI_QUALITY).items():
        own = [("Content-Length", str(len(data)))]
        if encoding != "identity":
            own.append(("Content-Encoding", encoding))
        variants[encoding] = Variant(data, common + own)
    headers_304 = [
        (name, value) for name, value in common if name.lower() in IN_304 or name in {"ETag", "Last-Modified"}
    ]
    return CachedPage(policy, etag, modified, variants, headers_304)
