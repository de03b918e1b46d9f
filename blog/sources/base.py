"""The interface of a source: it lists its items, and turns an item into a document on request."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from blog.content.documents import Document
from blog.errors import OperatorError
from blog.fetch.errors import FetchError

if TYPE_CHECKING:
    from blog.fetch.usage import Usage

MAX_IMAGES = 200
"""The limit for one document; a page with more images is too large for readers."""
MAX_IMAGE_BYTES = 10_000_000


class SourceUnavailable(OperatorError):
    """A source cannot be read at all: what happened, and how to fix it."""


SOURCE_FAILURES = (SourceUnavailable, FetchError)
"""The errors of reading a source: its own, or those of requests to its server."""


def _no_lines(_text: str) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One item of a listing. ``revision`` (at most 64 characters) changes whenever its document changes."""

    source_id: str
    revision: str
    load: Callable[[], Document]
    """Reads the item. Raises ``InvalidDocument`` if it cannot become an article.

    Make it picklable (not a lambda), so that several processes can share the reading of a listing. If it is not, a
    single process reads all items.
    """
    find_line: Callable[[str], int | None] = _no_lines
    """The first line, counted from 1, that contains a text; ``None`` if no line does, or the item has no lines."""
    cursor: str = ""
    """In a listing of changes: the cursor to continue from once this item and all before it are stored."""


class Source(Protocol):
    """Where content comes from."""

    @property
    def name(self) -> str:
        """A name such as ``folder:/srv/articles`` that tells this source from other sources of the same blog."""
        ...

    def listing(self) -> Iterator[SourceItem]:
        """Everything the source has, in a stable order, drafts included.

        A listing that ends normally is complete. An incomplete one raises :exc:`SourceUnavailable`.
        """
        ...

    def find(self, source_id: str) -> SourceItem | None:
        """The item with this id; ``None`` if the source itself says that it no longer has it.

        :raises SourceUnavailable: the source cannot say.
        """
        ...

    def owns_image(self, reference: str) -> bool:
        """Whether the source can open the image; pages load no images from other hosts."""
        ...

    def open_image(self, source_id: str, reference: str) -> bytes:
        """The bytes of an image that the document ``source_id`` refers to, at most ``MAX_IMAGE_BYTES``.

        :raises OSError: it is missing or cannot be read.
        :raises ValueError: this source does not own the image, or the image is too large.
        """
        ...


@runtime_checkable
class RemoteSource(Source, Protocol):
    """A source on another server, which can list what changed. Several threads may open images at a time."""

    @property
    def usage(self) -> "Usage":
        """The requests, bytes and seconds used so far."""
        ...

    @property
    def limitations(self) -> tuple[str, ...]:
        """What the CMS does not provide and what its keys do not show, in sentences for the operator."""
        ...

    def current_cursor(self) -> str:
        """The cursor for the present moment: :meth:`changes` from this cursor lists everything that changes later.

        :raises SourceUnavailable: the source cannot say.
        """
        ...

    def changes(self, cursor: str) -> Iterator[SourceItem]:
        """The items that were created or changed since ``cursor``, oldest change first. Deleted ones are not listed.

        :raises SourceUnavailable: as in a listing.
        :raises CursorExpired: the source cannot continue from ``cursor``; make a full listing instead.
        """
        ...

    def visible_ids(self) -> Iterator[str]:
        """The ids of the documents that are public or scheduled to become public.

        Every poll reads this listing to find articles to withdraw, so it should be cheap.

        :raises SourceUnavailable: the listing is not complete.
        """
        ...

    def close(self) -> None:
        """End all connections."""
        ...


@runtime_checkable
class Countable(Protocol):
    """A source that can say how many items its listing has, without listing them."""

    def count(self) -> int | None:
        """The number, to show progress; ``None`` if it is unknown.

        :raises SourceUnavailable: the source cannot say.
        """
        ...


class CursorExpired(Exception):
    """The source cannot continue from the given cursor."""
