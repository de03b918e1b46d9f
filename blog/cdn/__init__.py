"""The cache in front of the blog, such as a CDN, and how it learns what to forget.

Pages carry their cache keys; the worker follows the purges, as every process does, and tells them on. For another kind
of cache: a file beside ``fastly.py``, a line below, its form in ``blog/config.py``, and the documentation.
"""

from blog.cdn.backend import Front, PurgeFailed
from blog.cdn.cloudflare import Cloudflare
from blog.cdn.fastly import Fastly
from blog.cdn.varnish import Varnish
from blog.config import Settings

__all__ = ["Front", "PurgeFailed", "configured_backend"]


def configured_backend(settings: Settings) -> Front | None:
    """The cache that ``settings`` name; ``None`` where they name none."""
    if settings.purge is None:
        return None
    kind, _, rest = settings.purge.partition(":")
    kinds: dict[str, type[Fastly | Cloudflare | Varnish]] = {
        "fastly": Fastly,
        "cloudflare": Cloudflare,
        "varnish": Varnish,
    }
    return kinds[kind](rest, settings.purge_token or "")
