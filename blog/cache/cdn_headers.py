"""Sets the headers by which browsers, CDNs and other shared caches decide how long to keep a page.

Cache-Control is as in RFC 9111, with the extensions of RFC 5861. Surrogate-Key (Fastly, Varnish) and Cache-Tag
(Cloudflare) carry the keys by which the worker purges pages there.
"""

from flask import Flask, Response, g, request

from blog.cache.header_keys import header_key
from blog.cache.policy import ENVIRON_KEY, CachePolicy, is_for_everybody

SHARED_SECONDS = 30
"""How long a shared cache that is not purged may keep a page."""
SHARED_PURGED_SECONDS = 86_400
"""How long a shared cache may keep a page when the worker purges it there."""
GRACE = "stale-while-revalidate=60, stale-if-error=86400"
"""How long a shared cache may go on sending an old page, in seconds: while it asks for a new one, or cannot get one."""
STALE_CACHE_CONTROL = "public, max-age=0, s-maxage=5, stale-if-error=86400"
"""Sent with a page that may be outdated, because purges cannot be read."""
MAX_KEY_BYTES = 7_000
"""Maximum size of ``Surrogate-Key``; CDNs reject longer headers. A page with more keys cannot be purged there."""


def init_app(app: Flask, *, is_purged_by_worker: bool) -> None:
    """Set cache headers on responses that a view marked as cacheable; mark all others private.

    ``is_purged_by_worker``: the worker purges the shared cache in front of the blog, so it may keep pages longer.
    """

    def set_headers(response: Response) -> Response:
        policy: CachePolicy | None = g.get("cache_policy")
        if policy is None or not is_for_everybody(response):
            # A 304 updates the headers of the stored response (RFC 9111, section 3.2), which must not become private.
            if response.status_code != 304:
                response.headers.setdefault("Cache-Control", "private")
            return response
        keys = sorted(header_key(key) for key in policy.keys)
        has_keys = sum(len(key) + 1 for key in keys) <= MAX_KEY_BYTES
        if has_keys:
            response.headers["Surrogate-Key"] = " ".join(keys)
            response.headers["Cache-Tag"] = ",".join(keys)
        shared = SHARED_PURGED_SECONDS if has_keys and is_purged_by_worker else SHARED_SECONDS
        # max-age=0, because nothing can purge browsers: they ask each time, and mostly get a 304.
        response.headers.setdefault("Cache-Control", f"public, max-age=0, s-maxage={shared}, {GRACE}")
        request.environ[ENVIRON_KEY] = policy
        return response

    app.after_request(set_headers)
