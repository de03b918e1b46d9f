"""How often one network may do something, in fixed windows: counted in Redis if there is one, else in each process."""

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, current_app, request
from limits import RateLimitItem, parse_many
from limits.storage import Storage, storage_from_string

from blog.config import Settings
from blog.networks import truncate_ip

REDIS_SECONDS = 1
REDIS_OPTIONS = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
"""A Redis that does not answer holds up a request this long; then each process counts alone for ``RETRY_SECONDS``."""
RETRY_SECONDS = 10
SWEEP_AT = 10_000
"""How many counters a process has before it looks for those whose window is over."""

EXTENSION = "rate_limits"
P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


class RateLimitExceeded(Exception):
    """The sender's network has done this as often as it may for now."""


class ProcessCounter:
    """Counts in this process. :class:`limits.storage.MemoryStorage` would start a thread for each count: 15 % of the
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
                self._sweep_at = max(SWEEP_AT, 2 * len(self._counts))
        return count + 1


class RateLimits:
    """The counters of one application."""

    def __init__(self, redis_url: str | None) -> None:
        self._own = ProcessCounter()
        # Nothing is sent to Redis before the first count.
        self._shared = cast("Storage", storage_from_string(redis_url, **REDIS_OPTIONS)) if redis_url else None
        self._shared_from = 0.0
        """When to ask Redis again after trouble, on the monotonic clock."""

    def count(self, limit: RateLimitItem, *names: str) -> bool:
        """Count one more for ``names``; ``False`` when that is more than ``limit`` allows."""
        key, seconds = limit.key_for(*names), limit.get_expiry()
        if self._shared is not None and time.monotonic() >= self._shared_from:
            try:
                return self._shared.incr(key, seconds) <= limit.amount
            except Exception as error:
                log.warning("Redis cannot be used (%s); each process counts for itself meanwhile.", error)
                self._shared_from = time.monotonic() + RETRY_SECONDS
        return self._own.incr(key, seconds) <= limit.amount


def init_app(app: Flask, settings: Settings) -> None:
    """Begin to count for ``app``."""
    app.extensions[EXTENSION] = RateLimits(settings.redis_url)


def rate_limited(rate: Callable[[], str]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let the sender's network call a function as often as ``rate()`` says, such as ``6 per minute; 60 per hour``.

    Where it has been called more often it raises :class:`RateLimitExceeded` instead.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def limited(*args: P.args, **kwargs: P.kwargs) -> T:
            limits: RateLimits = current_app.extensions[EXTENSION]
            network = truncate_ip(request.remote_addr)
            # All windows count this call, also when an earlier one is full already.
            counted = [limits.count(limit, function.__qualname__, network) for limit in _parsed(rate())]
            if not all(counted):
                raise RateLimitExceeded
            return function(*args, **kwargs)

        return limited

    return decorate


@lru_cache(maxsize=64)
def _parsed(rate: str) -> list[RateLimitItem]:
    return parse_many(rate)
