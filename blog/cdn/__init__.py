"""Purging a shared cache in front of the blog, such as a CDN.

Pages carry their cache keys in headers; the worker reads the purges and sends them to the shared cache. To support
another kind, add a file next to ``fastly.py``, a line below, its format in ``blog/config/choices.py``, and its docs.
"""

from collections.abc import Callable

from blog.cdn.backend import CDNBackend, PurgeFailed
from blog.cdn.cloudflare import Cloudflare
from blog.cdn.fastly import Fastly
from blog.cdn.varnish import Varnish
from blog.config import Settings

__all__ = ["CDNBackend", "PurgeFailed", "configured_backend"]

BACKENDS: dict[str, Callable[[str, str], CDNBackend]] = {
    "fastly": Fastly,
    "cloudflare": Cloudflare,
    "varnish": Varnish,
}


def configured_backend(settings: Settings) -> CDNBackend | None:
    """Return the cache that ``BLOG_PURGE`` names, or ``None`` if it is not set."""
    if settings.purge is None:
        return None
    kind, _, rest = settings.purge.partition(":")
    return BACKENDS[kind](rest, settings.purge_token or "")
