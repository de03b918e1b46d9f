"""The cached pages of one process, bounded by their size; the least recently used page goes first."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from blog.cache.entries import Entry

PageId = tuple[str, ...]
"""What tells one page from another: site, path, and those parts of the query on which it depends."""


class Store:
    """At most ``max_bytes`` of pages. Its methods may be called by many threads."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[PageId, Entry] = OrderedDict()
        self._places: dict[str, set[PageId]] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, place: PageId) -> Entry | None:
        """The page at ``place``."""
        entry = self._entries.get(place)
        if entry is not None:
            try:
                self._entries.move_to_end(place)
            except KeyError:
                return None
        return entry

    def put(self, place: PageId, entry: Entry) -> None:
        """Keep a page, unless it alone would take a great part of the room."""
        if entry.size * 4 > self._max_bytes:
            return
        with self._lock:
            self._drop(place)
            self._entries[place] = entry
            self._bytes += entry.size
            for key in entry.policy.keys:
                self._places.setdefault(key, set()).add(place)
            while self._bytes > self._max_bytes:
                self._drop(next(iter(self._entries)))

    def purge(self, keys: Iterable[str]) -> None:
        """Drop the pages that have any of ``keys``."""
        with self._lock:
            for key in keys:
                for place in tuple(self._places.get(key, ())):
                    self._drop(place)

    def clear(self) -> None:
        """Drop all."""
        with self._lock:
            self._entries.clear()
            self._places.clear()
            self._bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def _drop(self, place: PageId) -> None:
        entry = self._entries.pop(place, None)
        if entry is None:
            return
        self._bytes -= entry.size
        for key in entry.policy.keys:
            places = self._places[key]
            places.discard(place)
            if not places:
                del self._places[key]
