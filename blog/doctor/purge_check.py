"""Checks the CDN: it accepts a purge, and a worker sends purges to it."""

from collections.abc import Iterator
from datetime import timedelta

from blog.cdn.backend import PurgeFailed
from blog.cdn.progress import START, position_of
from blog.cdn.registry import configured_backend
from blog.config import settings
from blog.database import utc_now
from blog.doctor.findings import Finding, failed, good, warning

NO_PAGE = "doctor"
"""A cache key that no page has."""
PURGED_WITHIN = timedelta(minutes=10)


def check_purge() -> Iterator[Finding]:
    """Check that the shared cache accepts a purge of an unused key, and that a worker sends purges to it."""
    backend = configured_backend(settings)
    if backend is None:
        return
    try:
        backend.purge({NO_PAGE})
    except PurgeFailed as error:
        yield failed("purge", str(error))
    else:
        yield good("purge", f"{backend.name} accepts purges")
    position, _ = position_of(settings.purge or "")
    if utc_now() - position.purged_until > PURGED_WITHIN:
        since = "so far" if position == START else f"since {position.purged_until:%Y-%m-%d %H:%M} UTC"
        what = f"{backend.name} got no purge {since}; check that blog serve or blog worker runs, and read its output"
        yield warning("purge", what)
