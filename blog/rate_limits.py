"""Rate limits for each network in fixed windows, counted in Redis if configured, otherwise in each process."""

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache, partial, wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, current_app, request
from limits import RateLimitItem, parse_many
from limits.storage import Storage, storage_from_string

from blog.blocking_calls import within
from blog.config import Settings
from blog.networks import truncate_ip

REDIS_SECONDS = 1
REDIS_OPTIONS = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
"""If Redis does not answer in time, each process counts for itself for ``RETRY_SECONDS``. Its client's own time limits
do not cover the lookup of its name."""
RETRY_SECONDS = 10
SWEEP_AT = 10_000
"""With this many counters, a process removes those whose window is over."""

EXTENSION = "rate_limits"
P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


class RateLimitExceeded(Exception):
    """The sender's network has reached a limit."""


class ProcessCounter:
    """Counts in this process.

    Replaces :class:`limits.storage.MemoryStorage`, which starts a thread for each count; that took 15 % of the
    processor time of a comment.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}
        self._sweep_at = SWEEP_AT

    def incr(self, key: str, seconds: int) -> int:
        """Count one more for ``key`` and return the count. Its window lasts ``seconds`` from the first one."""
        now = time.monotonic()
        with self._lock:
            count, ends_at = self._counts.get(key, (0, 0.0))
            if ends_at <= now:
                count, ends_at = 0, now + seconds
            self._counts[key] = (count + 1, ends_at)
            if len(self._counts) >= self._sweep_at:
                self._counts = {name: pair for name, pair in self._counts.items() if pair[1] > now}
                # If most windows are still open, a sweep at every count would remove little and take long.
                self._sweep_at = max(SWEEP_AT, 2 * len(self._counts))
        return count + 1


class RateLimits:
    """The counters of one application."""

    def __init__(self, redis_url: str | None) -> None:
        self._own = ProcessCounter()
        # Nothing is sent to Redis before the first count.
        self._shared = _storage(redis_url) if redis_url else None
        self._shared_from = 0.0
        """When to try Redis again after a failure, on the monotonic clock."""

    def count(self, limits: list[RateLimitItem], *names: str) -> bool:
        """Count one more for ``names`` and return whether all ``limits`` still allow it."""
        if self._shared is not None and time.monotonic() >= self._shared_from:
            try:
                return within(REDIS_SECONDS, partial(_count, self._shared, limits, names))
            except Exception as error:
                log.warning("Redis cannot be used (%s); each process counts alone until Redis works again.", error)
                self._shared_from = time.monotonic() + RETRY_SECONDS
        return _count(self._own, limits, names)


def _count(counter: ProcessCounter | Storage, limits: list[RateLimitItem], names: tuple[str, ...]) -> bool:
    # A list, so that all windows count this call, even if an earlier one is already full.
    allowed = [counter.incr(limit.key_for(*names), limit.get_expiry()) <= limit.amount for limit in limits]
    return all(allowed)


def _storage(redis_url: str) -> Storage:
    # The library has another name for a socket in the file system than Redis's own client.
    url = redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url
    return cast("Storage", storage_from_string(url, **REDIS_OPTIONS))


def init_app(app: Flask, settings: Settings) -> None:
    """Create the counters of ``app``."""
    app.extensions[EXTENSION] = RateLimits(settings.redis_url)


def rate_limited(rate: Callable[[], str]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Limit how often a sender's network may call a function; ``rate()`` returns ``6 per minute; 60 per hour``.

    Above the limit the function raises :class:`RateLimitExceeded`.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def limited(*args: P.args, **kwargs: P.kwargs) -> T:
            limits: RateLimits = current_app.extensions[EXTENSION]
            network = truncate_ip(request.remote_addr)
            if not limits.count(_parsed(rate()), function.__qualname__, network):
                raise RateLimitExceeded
            return function(*args, **kwargs)

        return limited

    return decorate


@lru_cache(maxsize=64)
def _parsed(rate: str) -> list[RateLimitItem]:
    return parse_many(rate)
