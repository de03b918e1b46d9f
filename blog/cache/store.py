"""The cached pages of one process, bounded by their size; the least recently used page goes first."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from blog.cache.entries import CachedPage

PageId = tuple[str, ...]
"""Identifies a page: site, path, and the query parameters that the page depends on."""


class Store:
    """Holds at most ``max_bytes`` of pages. Thread-safe."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[PageId, CachedPage] = OrderedDict()
        self._page_ids: dict[str, set[PageId]] = {}
        self._bytes = 0
        self._lock = threading.Lock()

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

    def put(self, page_id: PageId, entry: CachedPage) -> None:
        """Cache a page, unless it would take more than a quarter of the space."""
        if entry.size * 4 > self._max_bytes:
            return
        with self._lock:
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
            for key in keys:
                for page_id in tuple(self._page_ids.get(key, ())):
                    self._drop(page_id)

    def clear(self) -> None:
        """Drop all pages."""
        with self._lock:
            self._entries.clear()
            self._page_ids.clear()
            self._bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

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
