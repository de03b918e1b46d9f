"""What a source is: it lists what it has, and turns one piece of it into a document when asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from blog.content.document import Document
from blog.errors import OperatorError


class SourceUnavailable(OperatorError):
    """A source cannot be read at all: what happened, and what mends it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One piece of content in a listing. ``revision`` (at most 64 characters) changes whenever its document would."""

    source_id: str
    revision: str
    load: Callable[[], Document]
    """Reads the piece. Raises ``InvalidDocument`` where it cannot become an article."""


class Source(Protocol):
    """Where content comes from."""

    name: str
    """Tells this source from others that once fed the same blog, such as ``folder:/srv/articles``."""

    def listing(self) -> Iterator[Listed]:
        """Everything the source has, in a stable order, drafts included.

        Reaching the end says that the listing is complete; :exc:`SourceUnavailable` says that it is not.
        """
        ...

    def open_image(self, reference: str) -> bytes:
        """The bytes of an image that a document of this source refers to, at most ``MAX_IMAGE_BYTES``.

        :raises OSError: it is missing or cannot be read.
        :raises ValueError: the reference is not this source's, or the image is too large.
        """
        ...
