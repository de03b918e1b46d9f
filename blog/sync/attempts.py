"""Prepares documents for storing, or rejects them with a reason; many at once in other processes.

That is most of a sync's work, and no document needs another for it. So where they are many, processes share them.
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

from blog.content.documents import InvalidDocument
from blog.errors import OperatorError
from blog.processes import processors
from blog.sources.base import SOURCE_FAILURES, RemoteSource, Source, SourceItem
from blog.sync.crashes import reading
from blog.sync.prepare import Prepared, prepare
from blog.sync.worker_pool import WorkerPool

FEW = 500
"""Documents that are made ready in less time than it takes to start processes for them."""
CHUNK_SIZE = 10
"""Documents that a process makes ready at a time: so many at once, and progress is seen."""
MAX_PROCESSES = 4
"""What these make ready keeps one busy with writing."""

UNPICKLABLE = (PicklingError, AttributeError, TypeError)
"""What pickling raises for a lambda or a local function; an error while a document is read comes back as a refusal."""

log = logging.getLogger(__name__)


class Rejected(NamedTuple):
    """A document that cannot become an article: why, and the line where that is known."""

    listed: SourceItem
    why: str
    line: int | None = None
    title: str = ""


Attempt = Prepared | Rejected


class Wanted(NamedTuple):
    """Some documents to be made ready, and where a listing of changes may go on once they are in."""

    documents: Sequence[SourceItem]
    cursor: str = ""
    listed: int = 0
    """How many were listed, those that are unchanged included."""


def attempt_all(documents: Iterable[SourceItem], source: Source) -> list[Attempt]:
    """Make each of ``documents`` ready, or say why it cannot be.

    :raises InstanceUnwritable: an image cannot be kept.
    """
    return [_attempt(listed, source) for listed in documents]


def _attempt(listed: SourceItem, source: Source) -> Attempt:
    try:
        with reading(source.name, listed):
            return prepare(listed, source)
    except InvalidDocument as error:
        return Rejected(listed, str(error), error.line, error.title)
    except OperatorError:
        raise
    except Exception as error:
        # One document may not keep the others out, whatever is wrong with it or with what reads it.
        log.exception("The document %s of %s could not be read", listed.source_id, source.name)
        return Rejected(listed, f"it could not be read ({type(error).__name__}); the log says more")


class Attempts:
    """Attempts at documents of ``source``. Where they are many and lie on this machine, other processes work ahead.

    ``on_attempts`` gets the number of documents that were made ready or refused since it was last called.
    """

    def __init__(self, source: Source, on_attempts: Callable[[int], None]) -> None:
        self._source = source
        self._on_attempts = on_attempts
        self._processes = min(processors(), MAX_PROCESSES) if not isinstance(source, RemoteSource) else 1
        self._pool: WorkerPool | None = None
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _type: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.end(at_once=error is not None)

    def prepare_all(self, wanted: Iterable[Wanted]) -> Iterator[tuple[Wanted, list[Attempt]]]:
        """Each of ``wanted`` in its order, with what became of it; where listing fails, what came before comes out.

        :raises InstanceUnwritable: an image cannot be kept.
        """
        begun: deque[tuple[Wanted, list[_Chunk]]] = deque()
        try:
            for each in wanted:
                begun.append((each, [self._begin(chunk) for chunk in _chunks(each.documents)]))
                if self._pool is None or len(begun) > self._processes + 1:
                    yield self._finish_all(*begun.popleft())
        except SOURCE_FAILURES:
            yield from (self._finish_all(*each) for each in begun)
            raise
        yield from (self._finish_all(*each) for each in begun)

    def _begin(self, documents: Sequence[SourceItem]) -> "_Chunk":
        self._count += len(documents)
        if self._processes == 1 or self._count <= FEW:
            return _Chunk(documents)
        if self._pool is None:
            self._pool = WorkerPool(self._processes, current_app.config["BLOG"])
        try:
            return _Chunk(documents, self._pool.submit(attempt_all, documents, self._source))
        except BrokenProcessPool:
            return _Chunk(documents)

    def _finish_all(self, wanted: Wanted, chunks: Iterable["_Chunk"]) -> tuple[Wanted, list[Attempt]]:
        return wanted, [made for chunk in chunks for made in self._finish(chunk)]

    def _finish(self, chunk: "_Chunk") -> Iterator[Attempt]:
        made = self._made_elsewhere(chunk)
        for one in made if made is not None else (_attempt(listed, self._source) for listed in chunk.documents):
            self._on_attempts(1)
            yield one

    def _made_elsewhere(self, chunk: "_Chunk") -> list[Attempt] | None:
        """What another process made of ``chunk``; ``None`` where none did, so that this one has to."""
        try:
            return chunk.begun.result() if chunk.begun else None
        except UNPICKLABLE:
            if self._processes > 1:
                log.warning(
                    "%s cannot be read by several processes, so one reads it; see SourceItem.load", self._source.name
                )
            self._processes = 1
            return None
        except BrokenProcessPool:
            # Somebody ended a process, or there was no memory for it. There is still this one.
            return None


class _Chunk(NamedTuple):
    """A few documents, and what another process makes of them; ``None`` where this one is to do it."""

    documents: Sequence[SourceItem]
    begun: Future[list[Attempt]] | None = None


def _chunks(documents: Sequence[SourceItem]) -> Iterator[Sequence[SourceItem]]:
    return (documents[start : start + CHUNK_SIZE] for start in range(0, len(documents), CHUNK_SIZE))
