"""The cached pages of one process, bounded by their size. A page that was purged while it was rendered is left out."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from blog.cache.entries import CachedPage

PageId = tuple[str, ...]
"""Identifies a page: site, path, and the query parameters that the page depends on."""

MAX_PURGED_KEYS = 100_000


class Store:
    """Holds at most ``max_bytes`` of pages; the least recently used page goes first. Thread-safe.

    Storing and dropping take the same lock, so a purge either drops a page or keeps it from being stored.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[PageId, CachedPage] = OrderedDict()
        self._page_ids: dict[str, set[PageId]] = {}
        self._bytes = 0
        self._generation = 0
        self._purged: dict[str, int] = {}
        """The generation in which each key was last purged."""
        self._cleared_in = 0
        """The generation in which all pages were last dropped."""
        self._lock = threading.Lock()

    @property
    def generation(self) -> int:
        """Grows with every purge. Read it before a page is rendered, and pass it to :meth:`put`."""
        return self._generation

    def get(self, page_id: PageId) -> CachedPage | None:
        """Return the page at ``page_id``, if cached, and mark it as recently used."""
        entry = self._entries.get(page_id)
        if entry is not None:
            # No lock here, so that readers never wait; another thread may have dropped the page just now.
            try:
                self._entries.move_to_end(page_id)
            except KeyError:
                return None
        return entry

    def put(self, page_id: PageId, entry: CachedPage, since: int) -> None:
        """Cache a page, unless it would take more than a quarter of the space, or was purged while it was rendered.

        :param since: the generation when its rendering began.
        """
        if entry.size * 4 > self._max_bytes:
            return
        with self._lock:
            if self._was_purged(entry.policy.keys, since):
                return
            self._drop(page_id)
            self._entries[page_id] = entry
            self._bytes += entry.size
            for key in entry.policy.keys:
                self._page_ids.setdefault(key, set()).add(page_id)
            while self._bytes > self._max_bytes:
                self._drop(next(iter(self._entries)))

    def purge(self, keys: Iterable[str]) -> None:
        """Drop the pages that have any of ``keys``."""
        with self._lock:
            self._generation += 1
            for key in keys:
                self._purged[key] = self._generation
                # A copy, because _drop() changes the set.
                for page_id in tuple(self._page_ids.get(key, ())):
                    self._drop(page_id)
            # Bounds the memory: after dropping all pages the generations of single keys are not needed any more.
            if len(self._purged) > MAX_PURGED_KEYS:
                self._drop_all()

    def clear(self) -> None:
        """Drop all pages. Pages that are being rendered now count as purged too, whatever their keys."""
        with self._lock:
            self._drop_all()

    def __len__(self) -> int:
        return len(self._entries)

    def _was_purged(self, keys: Iterable[str], since: int) -> bool:
        return since < self._cleared_in or any(self._purged.get(key, 0) > since for key in keys)

    def _drop_all(self) -> None:
        self._entries.clear()
        self._page_ids.clear()
        self._bytes = 0
        self._generation += 1
        self._cleared_in = self._generation
        self._purged.clear()

    def _drop(self, page_id: PageId) -> None:
        entry = self._entries.pop(page_id, None)
        if entry is None:
            return
        self._bytes -= entry.size
        for key in entry.policy.keys:
            page_ids = self._page_ids[key]
            page_ids.discard(page_id)
            if not page_ids:
                del self._page_ids[key]
