"""Reads the purges of other processes in a background thread, so that requests do not wait for the database."""

import logging
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine

from blog.cache.purge_reader import PurgeReader
from blog.cache.purges import RETENTION, commit_listeners
from blog.cache.store import Store
from blog.database import utc_now

POLL_SECONDS = 0.2
"""Pause between two reads. Including the time of a read, a purge is seen within 250 ms."""
RETRY_DELAY_SECONDS = 1.0
STALE_AFTER_SECONDS = 2.0
"""Without a successful read for this long, the database counts as not answering."""

KeysPublishedBetween = Callable[[Connection, datetime, datetime], Iterable[str]]
"""Returns the cache keys of pages that changed between two times without a write, such as by scheduled publication."""

log = logging.getLogger(__name__)


class PurgeWatcher:
    """Drops purged pages from ``store``. Thread-safe.

    The thread reads the database without holding the lock, so that a database that hangs blocks only this thread.
    """

    def __init__(self, engine: Engine, store: Store, keys_published_between: KeysPublishedBetween) -> None:
        self._engine = engine
        self._store = store
        self._keys_published_between = keys_published_between
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_over = threading.Event()
        self._reader: PurgeReader | None = None
        self._read_until = utc_now()
        self._read_at: float | None = None
        """When the database was last read, or else when the thread started, on the monotonic clock."""
        self._is_failing = False
        self._has_read = threading.Event()
        self._own: set[int] = set()
        """Ids of purges that this process committed. Their pages are already dropped, so the thread skips them."""
        commit_listeners.add(self)

    @property
    def stale_seconds(self) -> float:
        """For how many seconds the database has not answered; 0 while it answers."""
        if self._read_at is None:
            return 0.0
        age = time.monotonic() - self._read_at
        return age if self._is_failing or age > STALE_AFTER_SECONDS else 0.0

    def start(self) -> None:
        """Start the thread unless it is running.

        The middleware calls this for each request, because threads do not survive a fork: each process needs its own.
        """
        if self._thread is not None and self._thread.is_alive():
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._read_at = time.monotonic()
                # A new event, because that of a stopped thread stays set.
                self._is_over = threading.Event()
                self._thread = threading.Thread(
                    target=_poll_until, args=(weakref.ref(self), self._is_over), name="purges", daemon=True
                )
                self._thread.start()

    def has_answer(self) -> bool:
        """Whether the database answers. Waits up to ``STALE_AFTER_SECONDS`` for the first read."""
        self.start()
        return self._has_read.wait(STALE_AFTER_SECONDS) and not self.stale_seconds

    def stop(self) -> None:
        """Stop the thread and wait for it to end."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join(2 * STALE_AFTER_SECONDS)

    def purges_committed(self, keys: Mapping[int, str]) -> None:
        """Drop the pages that this process has just purged, without waiting for the thread."""
        with self._lock:
            # Without a thread nothing would remove the ids again.
            if self._thread is not None:
                self._own |= keys.keys()
            self._store.purge(set(keys.values()))

    def look(self) -> None:
        """Read the database once and drop the purged pages."""
        try:
            due, fresh = self._read()
        except Exception as error:  # the thread must survive any error of a database driver
            if not self._is_failing:
                log.warning("Purges cannot be read (%s); cached pages may be out of date.", type(error).__name__)
            self._is_failing = True
            return
        now = time.monotonic()
        with self._lock:
            # After a long outage some purge rows may already be deleted unread, so every page may be out of date.
            if self._read_at is not None and now - self._read_at > RETENTION.total_seconds() / 2:
                self._store.clear()
            self._is_failing = False
            self._read_at = now
            self._has_read.set()
            keys = due | {key for id_, key in fresh.items() if id_ not in self._own}
            # A reader returns each purge once. It may do so before purges_committed() is called, right after the
            # commit, so an id can also be one of an earlier read.
            if self._reader is not None:
                self._own = {id_ for id_ in self._own if not self._reader.has_returned(id_)}
            if keys:
                self._store.purge(keys)

    @property
    def pause_seconds(self) -> float:
        """How long to wait until the next read."""
        return RETRY_DELAY_SECONDS if self._is_failing else POLL_SECONDS

    def _read(self) -> tuple[set[str], dict[int, str]]:
        """Return the keys that became due by time, and the new purges by id, since the last read."""
        now = utc_now()
        with self._engine.connect() as connection:
            due = set(self._keys_published_between(connection, self._read_until, now))
            if self._reader is None:
                self._reader = PurgeReader.from_now(connection)
            fresh = self._reader.read(connection, time.monotonic())
        # Only after a complete read: a failed one is repeated from the same time.
        self._read_until = now
        return due, fresh


def _poll_until(watcher: "weakref.ref[PurgeWatcher]", is_over: threading.Event) -> None:
    """Poll until ``is_over`` is set or the watcher is garbage-collected."""
    pause = 0.0
    while not is_over.wait(pause):
        # A strong reference only during a read, so that the thread does not keep an unused watcher alive.
        watching = watcher()
        if watching is None:
            return
        watching.look()
        pause = watching.pause_seconds
        del watching
