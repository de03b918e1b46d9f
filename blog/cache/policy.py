"""Lets a view mark its page as cacheable, and sets the cache headers of responses."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, Response, g, request

from blog.cache.header_keys import header_key
from blog.cache.purges import EVERYTHING

ENVIRON_KEY = "blog.cache.policy"
ACCEPT = "Accept"
"""Used as a parameter name: the page differs between clients that accept HTML (browsers) and others."""
MAX_AGE_SECONDS = 3600
"""A page is rendered again after this time even if it was not purged."""
SHARED_SECONDS = 30
"""How long a shared cache that is not purged may keep a page."""
SHARED_PURGED_SECONDS = 86_400
"""How long a shared cache may keep a page when the worker purges it there."""
GRACE = "stale-while-revalidate=60, stale-if-error=86400"
MAX_KEY_BYTES = 7_000
"""Maximum size of ``Surrogate-Key``; CDNs reject longer headers. A page with more keys cannot be purged there."""


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """The cache keys of a page, and the query parameters that it depends on."""

    keys: frozenset[str]
    parameters: frozenset[str]


def cache_page(keys: Iterable[str], parameters: Iterable[str] = ()) -> None:
    """Allow the response to the current request to be cached until one of ``keys`` is purged.

    The response must be the same for everybody. ``parameters`` are the query parameters that it depends on; all others
    are ignored.
    """
    g.cache_policy = CachePolicy(frozenset((*keys, EVERYTHING)), frozenset(parameters))


def init_app(app: Flask, *, is_purged_by_worker: bool) -> None:
    """Set cache headers on responses that a view marked as cacheable; mark all others private.

    ``is_purged_by_worker``: the worker purges the shared cache in front of the blog, so it may keep pages longer.
    """

    def set_headers(response: Response) -> Response:
        policy: CachePolicy | None = g.get("cache_policy")
        if policy is None or not _is_for_everybody(response):
            if response.status_code != 304:
                response.headers.setdefault("Cache-Control", "private")
            return response
        keys = sorted(header_key(key) for key in policy.keys)
        has_keys = sum(len(key) + 1 for key in keys) <= MAX_KEY_BYTES
        if has_keys:
            response.headers["Surrogate-Key"] = " ".join(keys)
            response.headers["Cache-Tag"] = ",".join(keys)
        shared = SHARED_PURGED_SECONDS if has_keys and is_purged_by_worker else SHARED_SECONDS
        response.headers.setdefault("Cache-Control", f"public, max-age=0, s-maxage={shared}, {GRACE}")
        request.environ[ENVIRON_KEY] = policy
        return response

    app.after_request(set_headers)


def _is_for_everybody(response: Response) -> bool:
    is_personal = "Set-Cookie" in response.headers or "cookie" in {name.lower() for name in response.vary}
    return response.status_code == 200 and not is_personal and not response.cache_control.no_store
