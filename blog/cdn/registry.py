"""Creates the backend that ``BLOG_PURGE`` names."""

from collections.abc import Callable

from blog.cdn.backend import CDNBackend
from blog.cdn.cloudflare import Cloudflare
from blog.cdn.fastly import Fastly
from blog.cdn.varnish import Varnish
from blog.config import Settings

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
