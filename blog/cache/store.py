"""The cached pages of one process, bounded by their size; the least recently used page goes first."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from blog.cache.entries import CachedPage

PageId = tuple[str, ...]
"""What tells one page from another: site, path, and those parts of the query on which it depends."""


class Store:
    """At most ``max_bytes`` of pages. Its methods may be called by many threads."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[PageId, CachedPage] = OrderedDict()
        self._page_ids: dict[str, set[PageId]] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, page_id: PageId) -> CachedPage | None:
        """The page at ``page_id``."""
        entry = self._entries.get(page_id)
        if entry is not None:
            try:
                self._entries.move_to_end(page_id)
            except KeyError:
                return None
        return entry

    def put(self, page_id: PageId, entry: CachedPage) -> None:
        """Keep a page, unless it alone would take a great part of the room."""
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
        """Drop all."""
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
