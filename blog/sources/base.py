"""The interface of a source: it lists its items, and turns one of them into a document when asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from blog.content.documents import Document
from blog.errors import OperatorError
from blog.fetch.errors import FetchError

if TYPE_CHECKING:
    from blog.fetch.usage import Usage

MAX_IMAGE_BYTES = 10_000_000


class SourceUnavailable(OperatorError):
    """A source cannot be read at all: what happened, and how to fix it."""


SOURCE_FAILURES = (SourceUnavailable, FetchError)
"""What reading a source may raise: its own error, or that of a request to its server."""


def _no_lines(_text: str) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One piece of content in a listing. ``revision`` (at most 64 characters) changes whenever its document would."""

    source_id: str
    revision: str
    load: Callable[[], Document]
    """Reads the piece. Raises ``InvalidDocument`` where it cannot become an article.

    For several processes to share a listing it must be picklable, so not a lambda; else one process reads it.
    """
    find_line: Callable[[str], int | None] = _no_lines
    """The line, from 1, on which the piece first holds a text; ``None`` where it has no lines, or not that text."""
    cursor: str = ""
    """In a listing of changes: where the next one may begin, once this piece and those before it are in."""


class Source(Protocol):
    """Where content comes from."""

    @property
    def name(self) -> str:
        """Tells this source from others that once fed the same blog, such as ``folder:/srv/articles``."""
        ...

    def listing(self) -> Iterator[SourceItem]:
        """Everything the source has, in a stable order, drafts included.

        Reaching the end says that the listing is complete; :exc:`SourceUnavailable` says that it is not.
        """
        ...

    def find(self, source_id: str) -> SourceItem | None:
        """The one piece that was listed under ``source_id``; ``None`` where the source has it no longer.

        :raises SourceUnavailable: the source cannot say.
        """
        ...

    def owns_image(self, reference: str) -> bool:
        """Whether an image is the source's to bring; else it lies on a host that pages do not ask."""
        ...

    def open_image(self, source_id: str, reference: str) -> bytes:
        """The bytes of an image that the document ``source_id`` refers to, at most ``MAX_IMAGE_BYTES``.

        :raises OSError: it is missing or cannot be read.
        :raises ValueError: the reference is not this source's, or the image is too large.
        """
        ...


@runtime_checkable
class RemoteSource(Source, Protocol):
    """A source on another server: it can tell what changed, and asking it costs something."""

    @property
    def usage(self) -> "Usage":
        """What was spent so far."""
        ...

    @property
    def limitations(self) -> tuple[str, ...]:
        """What the CMS does not provide, and what its key may not see; each a sentence for the operator."""
        ...

    def current_cursor(self) -> str:
        """A cursor that stands for now: a listing of changes from there has what changes from now on.

        :raises SourceUnavailable: the source cannot say.
        """
        ...

    def changes(self, cursor: str) -> Iterator[SourceItem]:
        """What was made or changed since ``cursor``, the oldest change first; what vanished is not told.

        :raises SourceUnavailable: as in a listing.
        :raises CursorExpired: the source cannot go on from there, and a whole listing has to be made.
        """
        ...

    def visible_ids(self) -> Iterator[str]:
        """The ids of the documents that a visitor may read, or will be able to at their time.

        It is the cheapest listing that there is, and is asked at every poll: what is missing in it is not public.

        :raises SourceUnavailable: the listing is not complete.
        """
        ...

    def close(self) -> None:
        """End all connections."""
        ...


class CursorExpired(Exception):
    """A source does not know, or no longer knows, the place from which it was asked to go on."""
