"""The progress of a full sync: reported to a function, and stored for ``/readyz``."""

import time
from collections.abc import Callable

from blog.sources.base import Countable, Source
from blog.sync.state import SyncProgress, note_progress, note_start

STORE_SECONDS = 1


class ProgressRecorder:
    """Takes the number of documents read so far, reports it, and stores it once a second.

    :raises SourceUnavailable: the source cannot say how many documents it has.
    """

    def __init__(self, source: Source, on_progress: Callable[[SyncProgress], object] | None) -> None:
        self._name = source.name
        self._on_progress = on_progress
        # A CMS needs one more request for the total, so it is asked only if somebody sees it.
        self._total = source.count() if on_progress and isinstance(source, Countable) else None
        self._started = self._stored = time.monotonic()
        note_start(source.name, self._total)
        self._report(0)

    def __call__(self, count: int) -> None:
        """Report and store that ``count`` documents have been read."""
        if time.monotonic() - self._stored >= STORE_SECONDS:
            self._stored = time.monotonic()
            note_progress(self._name, count)
        self._report(count)

    def _report(self, count: int) -> None:
        if self._on_progress:
            self._on_progress(SyncProgress.of(count, self._total, time.monotonic() - self._started))
