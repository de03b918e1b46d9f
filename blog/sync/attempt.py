"""Prepares documents, or rejects them with a reason. It imports little, because helper processes import it."""

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from blog.content.documents import InvalidDocument
from blog.errors import OperatorError
from blog.sources.base import Source, SourceItem
from blog.sync.crashes import reading
from blog.sync.images import Images
from blog.sync.prepare import Prepared, prepare

if TYPE_CHECKING:
    from blog.sync.image_cache import ImageCache

log = logging.getLogger(__name__)


class Rejected(NamedTuple):
    """A document that cannot become an article: the reason, and the line if it is known."""

    listed: SourceItem
    why: str
    line: int | None = None
    title: str = ""


Attempt = Prepared | Rejected


def attempt_all(documents: Iterable[SourceItem], source: Source, cache: "ImageCache | None" = None) -> list[Attempt]:
    """Prepare each of ``documents``, or reject it with a reason; ``cache`` has the images of a remote source.

    :raises InstanceUnwritable: an image cannot be written.
    """
    with reading(source.name) as begin:
        return [_attempt(listed, source, cache, begin) for listed in documents]


def _attempt(
    listed: SourceItem, source: Source, cache: "ImageCache | None", begin: Callable[[SourceItem], None]
) -> Attempt:
    try:
        begin(listed)
        return prepare(listed, source, Images(source, listed, cache))
    except InvalidDocument as error:
        return Rejected(listed, str(error), error.line, error.title)
    except OperatorError:
        raise
    except Exception as error:
        # One bad document, or a bug in the code that reads it, must not stop the import of the others.
        log.exception("The document %s of %s could not be read", listed.source_id, source.name)
        return Rejected(listed, f"it could not be read ({type(error).__name__}); see the log")
