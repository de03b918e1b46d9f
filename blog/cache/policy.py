"""How a view says that its page may be kept, for whom it changes nothing, and when it has to be forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, Response, g, request

from blog.cache.header_keys import word
from blog.cache.purges import EVERYTHING

ENVIRON_KEY = "blog.cache.policy"
ACCEPT = "Accept"
"""Among the parameters: the page is another one for a browser, which accepts HTML, than for a program."""
MAX_AGE_SECONDS = 3600
"""However little changes, a page is made anew after this time."""
SHARED_SECONDS = 30
"""How long a cache in front may keep a page that nobody purges there."""
SHARED_PURGED_SECONDS = 86_400
"""The same where the worker purges it."""
GRACE = "stale-while-revalidate=60, stale-if-error=86400"
MAX_KEY_BYTES = 7_000
"""Of ``Surrogate-Key``; servers in front refuse longer headers. A page with more cannot be purged there."""


@dataclass(frozen=True, slots=True)
class Keep:
    """A page may be kept: its cache keys, and the names in a query string that make another page of it."""

    keys: frozenset[str]
    parameters: frozenset[str]


def keep(keys: Iterable[str], parameters: Iterable[str] = ()) -> None:
    """Let the answer to the present request be kept until one of ``keys`` is purged.

    It must be the same for everybody. ``parameters`` are the names in the query string on which it depends; all others
    are ignored.
    """
    g.page_keep = Keep(frozenset((*keys, EVERYTHING)), frozenset(parameters))


def init_app(app: Flask, *, is_purged_in_front: bool) -> None:
    """Tell the page cache, and shared caches in front, what a view has said; of what says nothing, none is for them."""

    def tell(response: Response) -> Response:
        kept: Keep | None = g.get("page_keep")
        if kept is None or not _is_for_everybody(response):
            if response.status_code != 304:
                response.headers.setdefault("Cache-Control", "private")
            return response
        words = sorted(word(key) for key in kept.keys)
        is_named = sum(len(word) + 1 for word in words) <= MAX_KEY_BYTES
        if is_named:
            response.headers["Surrogate-Key"] = " ".join(words)
            response.headers["Cache-Tag"] = ",".join(words)
        shared = SHARED_PURGED_SECONDS if is_named and is_purged_in_front else SHARED_SECONDS
        response.headers.setdefault("Cache-Control", f"public, max-age=0, s-maxage={shared}, {GRACE}")
        request.environ[ENVIRON_KEY] = kept
        return response

    app.after_request(tell)


def _is_for_everybody(response: Response) -> bool:
    is_personal = "Set-Cookie" in response.headers or "cookie" in {name.lower() for name in response.vary}
    return response.status_code == 200 and not is_personal and not response.cache_control.no_store
