"""What a source is: it lists what it has, and turns one piece of it into a document when asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from blog.content.document import Document
from blog.errors import OperatorError

MAX_IMAGE_BYTES = 10_000_000


class SourceUnavailable(OperatorError):
    """A source cannot be read at all: what happened, and what mends it."""


def _no_lines(_text: str) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class Listed:
    """One piece of content in a listing. ``revision`` (at most 64 characters) changes whenever its document would."""

    source_id: str
    revision: str
    load: Callable[[], Document]
    """Reads the piece. Raises ``InvalidDocument`` where it cannot become an article."""
    find_line: Callable[[str], int | None] = _no_lines
    """The line, from 1, on which the piece first holds a text; ``None`` where it has no lines, or not that text."""


class Source(Protocol):
    """Where content comes from."""

    @property
    def name(self) -> str:
        """Tells this source from others that once fed the same blog, such as ``folder:/srv/articles``."""
        ...

    def listing(self) -> Iterator[Listed]:
        """Everything the source has, in a stable order, drafts included.

        Reaching the end says that the listing is complete; :exc:`SourceUnavailable` says that it is not.
        """
        ...

    def open_image(self, source_id: str, reference: str) -> bytes:
        """The bytes of an image that the document ``source_id`` refers to, at most ``MAX_IMAGE_BYTES``.

        :raises OSError: it is missing or cannot be read.
        :raises ValueError: the reference is not this source's, or the image is too large.
        """
        ...
