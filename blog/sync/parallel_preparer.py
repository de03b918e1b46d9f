"""Prepares the documents of a source for storing, in this process and in others.

Preparing is most of a sync's work, and documents do not depend on each other. So large syncs use several processes.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pickle import PicklingError
from types import TracebackType
from typing import NamedTuple, Self

from flask import current_app

from blog.processes import processors
from blog.sources.base import SOURCE_FAILURES, RemoteSource, Source, SourceItem
from blog.sync.image_fetcher import ImageFetcher
from blog.sync.prepare import Prepared, Rejected, prepare_or_reject
from blog.sync.worker_pool import WorkerPool

FEW = 500
"""This many documents are prepared faster than worker processes start."""
CHUNK_SIZE = 20
"""How many documents a process prepares at a time; small enough to show progress."""
MAX_HELPERS = 4
"""Maximum number of helper processes. More would not help, because the main process cannot write faster."""
MAX_WAITING = 6
"""How many chunks may wait for each helper: enough to keep it busy while the main process writes a batch."""

UNPICKLABLE = (PicklingError, AttributeError, TypeError)
"""Errors of pickling a lambda or a local function. Errors of reading a document arrive as ``Rejected`` instead."""

log = logging.getLogger(__name__)


class Wanted(NamedTuple):
    """A batch of documents to prepare, and the cursor to store once they are written."""

    documents: Sequence[SourceItem]
    cursor: str = ""
    listed: int = 0
    """How many were listed, including unchanged ones."""


class ParallelPreparer:
    """Prepares documents of ``source``. If they are many and on this machine, other processes help.

    ``on_progress`` gets the number of documents that were prepared or rejected since its last call.
    """

    def __init__(self, source: Source, fetcher: ImageFetcher | None, on_progress: Callable[[int], None]) -> None:
        self._source = source
        self._fetcher = fetcher
        self._on_progress = on_progress
        # One processor is for this process, which writes the rows, and prepares what would wait for the others.
        # The items of a CMS hold its HTTP client, which cannot be sent to another process.
        self._helpers = min(processors() - 1, MAX_HELPERS) if not isinstance(source, RemoteSource) else 0
        self._pool: WorkerPool | None = None
        self._waiting: list[Future[list[Prepared | Rejected]]] = []
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.end(at_once=error is not None)

    def prepare_all(self, wanted: Iterable[Wanted]) -> Iterator[tuple[Wanted, list[Prepared | Rejected]]]:
        """Each of ``wanted`` in order, with its results; if the listing fails, batches before the failure come first.

        :raises InstanceUnwritable: an image cannot be written.
        """
        begun: deque[tuple[Wanted, list[_Chunk]]] = deque()
        try:
            for each in wanted:
                begun.append((each, [self._begin(chunk) for chunk in _chunks(each.documents)]))
                # Some batches are begun in advance, so that the helpers have work while this process writes one. Not
                # all, because memory would grow with the length of the listing.
                if self._pool is None or len(begun) > self._helpers + 1:
                    yield self._finish_all(*begun.popleft())
        except SOURCE_FAILURES:
            yield from (self._finish_all(*each) for each in begun)
            raise
        yield from (self._finish_all(*each) for each in begun)

    def _begin(self, documents: Sequence[SourceItem]) -> "_Chunk":
        self._count += len(documents)
        if self._helpers == 0 or self._count <= FEW or self._is_busy():
            return _Chunk(documents)
        if self._pool is None:
            self._pool = WorkerPool(self._helpers, current_app.config["BLOG"])
        try:
            begun = self._pool.submit(prepare_or_reject, documents, self._source)
        except BrokenProcessPool:
            return _Chunk(documents)
        self._waiting.append(begun)
        return _Chunk(documents, begun)

    def _is_busy(self) -> bool:
        """Whether so many chunks wait for the helpers that this process should prepare the next one itself."""
        self._waiting = [begun for begun in self._waiting if not begun.done()]
        return len(self._waiting) >= self._helpers * MAX_WAITING

    def _finish_all(self, wanted: Wanted, chunks: Sequence["_Chunk"]) -> tuple[Wanted, list[Prepared | Rejected]]:
        # From the end, so that this process prepares its own chunks before it waits for those of the helpers.
        finished = [list(self._finish(chunk)) for chunk in reversed(chunks)]
        return wanted, [made for chunk in reversed(finished) for made in chunk]

    def _finish(self, chunk: "_Chunk") -> Iterator[Prepared | Rejected]:
        made = self._made_elsewhere(chunk)
        for one in made if made is not None else self._made_here(chunk.documents):
            self._on_progress(1)
            yield one

    def _made_here(self, documents: Sequence[SourceItem]) -> Iterator[Prepared | Rejected]:
        if self._fetcher is None:
            yield from prepare_or_reject(documents, self._source)
            return
        # One by one, because images may take long to fetch, and progress should show.
        for listed in self._fetcher.prefetch(documents):
            yield from prepare_or_reject([listed], self._source, self._fetcher)

    def _made_elsewhere(self, chunk: "_Chunk") -> list[Prepared | Rejected] | None:
        """The results of another process for ``chunk``; ``None`` if none worked on it, so that this one has to."""
        try:
            # Errors of pickling come here and not from submit(), because the pool pickles in a thread of its own.
            return chunk.begun.result() if chunk.begun else None
        except UNPICKLABLE:
            if self._helpers:
                log.warning(
                    "%s cannot be read by several processes, so one reads it; see SourceItem.load", self._source.name
                )
            self._helpers = 0
            return None
        except BrokenProcessPool:
            # A worker process was killed, perhaps because memory ran out. Prepare the batch in this process instead.
            return None


class _Chunk(NamedTuple):
    """Some documents, and the results of another process; ``None`` if this process has to prepare them."""

    documents: Sequence[SourceItem]
    begun: Future[list[Prepared | Rejected]] | None = None


def _chunks(documents: Sequence[SourceItem]) -> Iterator[Sequence[SourceItem]]:
    return (documents[start : start + CHUNK_SIZE] for start in range(0, len(documents), CHUNK_SIZE))
