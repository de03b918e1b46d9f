"""Seeing what was purged, by this process or another, at most a quarter of a second later."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from blog.cache.purges import KEPT, hurries
from blog.cache.reader import PurgeReader
from blog.cache.store import Store
from blog.database import utc_now

POLL_SECONDS = 0.25
AFTER_TROUBLE_SECONDS = 1.0

Moments = Callable[[Connection, datetime, datetime], Iterable[str]]
"""The keys of what became public by itself between two times."""

log = logging.getLogger(__name__)


class PurgeWatch:
    """Keeps ``store`` free of what was purged. Its methods may be called by many threads."""

    def __init__(self, engine: Engine, store: Store, moments: Moments) -> None:
        self._engine = engine
        self._store = store
        self._moments = moments
        self._lock = threading.Lock()
        self._next_look = 0.0
        self._looked_at = 0.0
        self._looked_until: datetime | None = None
        self._unread: PurgeReader | None = None
        self._purged: dict[str, int] = {}
        self._generation = 0
        self._trouble_since: float | None = None
        hurries.add(self.hurry)

    @property
    def stale_seconds(self) -> float:
        """How long the database has not told what was purged; 0 where it does."""
        return 0.0 if self._trouble_since is None else time.monotonic() - self._trouble_since

    @property
    def generation(self) -> int:
        """Grows with everything that is purged."""
        return self._generation

    def hurry(self) -> None:
        """Something was purged by this process: look at once."""
        self._next_look = 0.0

    def look(self) -> None:
        """See what was purged, unless that was done a moment ago or is being done."""
        if time.monotonic() < self._next_look or not self._lock.acquire(blocking=self._next_look == 0.0):
            return
        try:
            self._look()
        finally:
            self._lock.release()

    def was_purged(self, keys: Iterable[str], since: int) -> bool:
        """Whether, as of now, any of ``keys`` has been purged since the generation ``since``."""
        with self._lock:
            self._look()
        return self._trouble_since is not None or any(self._purged.get(key, -1) > since for key in keys)

    def _look(self) -> None:
        now = time.monotonic()
        self._next_look = now + POLL_SECONDS
        if self._looked_at and now - self._looked_at > KEPT.total_seconds() / 2:
            self._start_anew()
        try:
            keys = self._read()
        except SQLAlchemyError as error:
            if self._trouble_since is None:
                log.warning("What was purged cannot be read (%s); kept pages may be out of date.", type(error).__name__)
                self._trouble_since = now
            self._next_look = now + AFTER_TROUBLE_SECONDS
            return
        self._trouble_since = None
        self._looked_at = now
        if keys:
            self._generation += 1
            self._purged |= dict.fromkeys(keys, self._generation)
            self._store.forget(keys)
            if len(self._purged) > 100_000:
                self._start_anew()

    def _read(self) -> set[str]:
        """The keys that were purged since the last look."""
        moment = utc_now()
        with self._engine.connect() as connection:
            due = set() if self._looked_until is None else set(self._moments(connection, self._looked_until, moment))
            if self._unread is None:
                self._unread = PurgeReader.from_now(connection)
            fresh = self._unread.read(connection, time.monotonic())
        self._looked_until = moment
        return due | set(fresh.values())

    def _start_anew(self) -> None:
        self._store.clear()
        self._generation += 1
        self._purged.clear()
