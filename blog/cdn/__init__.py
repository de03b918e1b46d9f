"""Purging a shared cache in front of the blog, such as a CDN.

Pages carry their cache keys; the worker reads the purges, as every process does, and passes them on. To support another
kind of cache, add a file beside ``fastly.py``, a line below, its form in ``blog/config/values.py``, and its docs.
"""

from blog.cdn.backend import CDNBackend, PurgeFailed
from blog.cdn.cloudflare import Cloudflare
from blog.cdn.fastly import Fastly
from blog.cdn.varnish import Varnish
from blog.config import Settings

__all__ = ["CDNBackend", "PurgeFailed", "configured_backend"]

BACKENDS: dict[str, type[Fastly | Cloudflare | Varnish]] = {
    "fastly": Fastly,
    "cloudflare": Cloudflare,
    "varnish": Varnish,
}


def configured_backend(settings: Settings) -> CDNBackend | None:
    """The cache that ``BLOG_PURGE`` names; ``None`` where it is not set."""
    if settings.purge is None:
        return None
    kind, _, rest = settings.purge.partition(":")
    return BACKENDS[kind](rest, settings.purge_token or "")
