"""Prepares documents for storing (cleaned, without theme residue, their images on this site), or rejects them.

This module imports little, because the helper processes of a sync import it.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from blog.content.documents import Document, InvalidDocument, Note
from blog.content.source_labels import usable_labels
from blog.errors import OperatorError
from blog.markup import article_sanitizer
from blog.markup.article import finish
from blog.markup.cms.embeds import describe, replace_cms_markup
from blog.markup.heading_ids import add_heading_ids
from blog.markup.parser_limits import ArticleTooComplex
from blog.markup.plain import excerpt, plain_text
from blog.markup.theme_residue import Residue, remove_from_text, remove_residue
from blog.sources.base import Source, SourceItem
from blog.sync.images import Images
from blog.sync.reading_notes import reading

if TYPE_CHECKING:
    from blog.sync.image_fetcher import ImageFetcher

log = logging.getLogger(__name__)

RULES_VERSION = 12
"""Increase this when the same document would give a different row, so that the next sync prepares all again."""

LABEL_FIELDS = ("tags", "authors")
PLAIN_FIELDS = ("title", "excerpt", "image_alt", "image_caption", "seo_title", "seo_description")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be stored: its body is clean HTML, its image an address on this site."""

    listed: SourceItem
    document: Document
    notes: tuple[Note, ...]
    text: str
    """The plain text of the body, for the search index."""
    image_width: int | None = None
    image_height: int | None = None
    """Size of the document's main image in pixels, if known."""

    @property
    def word_count(self) -> int:
        """The number of words in the body."""
        return len(self.text.split())

    @property
    def revision(self) -> str:
        """The revision stored in the row; the next sync compares it to see whether the document changed."""
        return stored_revision(self.listed)


class Rejected(NamedTuple):
    """A document that cannot become an article: the reason, and the line if it is known."""

    listed: SourceItem
    why: str
    line: int | None = None
    title: str = ""


def stored_revision(listed: SourceItem) -> str:
    """The revision of a listed document under the present rules."""
    return sha256(f"{RULES_VERSION} {listed.revision}".encode()).hexdigest()[:32]


def prepare_or_reject(
    documents: Iterable[SourceItem], source: Source, fetcher: "ImageFetcher | None" = None
) -> list[Prepared | Rejected]:
    """Prepare each of ``documents``, or reject it with a reason; ``fetcher`` fetches the images of a remote source.

    :raises InstanceUnwritable: an image cannot be written.
    """
    with reading(source.name) as begin:
        return [_prepare_or_reject(listed, source, fetcher, begin) for listed in documents]


def _prepare_or_reject(
    listed: SourceItem, source: Source, fetcher: "ImageFetcher | None", begin: Callable[[SourceItem], None]
) -> Prepared | Rejected:
    try:
        # Within the try, because it raises InvalidDocument for a document that is set aside.
        begin(listed)
        return prepare(listed, source, Images(source, listed, fetcher))
    except InvalidDocument as error:
        return Rejected(listed, str(error), error.line, error.title)
    except OperatorError:
        raise
    except Exception as error:
        # One bad document, or a bug in the code that reads it, must not stop the import of the others.
        log.exception("The document %s of %s could not be read", listed.source_id, source.name)
        return Rejected(listed, f"it could not be read ({type(error).__name__}); see the log")


def prepare(listed: SourceItem, source: Source, images: Images | None = None) -> Prepared:
    """Read a listed document and prepare it. This stores images through ``images``; it does not use the database.

    :raises InvalidDocument: it cannot become an article.
    :raises InstanceUnwritable: an image cannot be written.
    """
    document = listed.load()
    images = images or Images(source, listed)
    image = images.store(document.image) if document.image else None
    try:
        body = article_sanitizer.read(document.body)
    except ArticleTooComplex as error:
        raise InvalidDocument("body", str(error), title=document.title) from error
    # Before localise(), which does not find images that a script of the CMS loads late.
    dropped = replace_cms_markup(body, document.body)
    residues = remove_residue(body)
    add_heading_ids(body)
    images.localise(body)
    html = finish(body)
    fields = _plain_fields(document, residues)
    text = plain_text(html)
    made = replace(
        document,
        **fields | {"excerpt": fields["excerpt"] or excerpt(text)},
        body=html,
        image=image.address if image else None,
    )
    left = [_note(residue, listed) for residue in residues]
    left += [Note(f"{kind}: {why}") for kind in LABEL_FIELDS for why in usable_labels(getattr(document, kind))[1]]
    dropped_note = (Note(describe(dropped)),) if dropped else ()
    size = (image.width, image.height) if image else (None, None)
    return Prepared(listed, made, (*document.notes, *left, *dropped_note, *images.notes), text, *size)


def _plain_fields(document: Document, found: list[Residue]) -> dict[str, Any]:
    """The plain-text fields without theme residue, which is added to ``found``."""
    kept: dict[str, Any] = {}
    for field in PLAIN_FIELDS:
        kept[field], residues = remove_from_text(getattr(document, field))
        found += residues
    if not kept["title"]:
        raise InvalidDocument("title", f"is only the error text of a broken theme: “{document.title:.100}”")
    for field in LABEL_FIELDS:
        checked = [(label, *remove_from_text(label.name)) for label in usable_labels(getattr(document, field))[0]]
        kept[field] = tuple(label for label, rest, _ in checked if rest)
        found += [residue for *_, residues in checked for residue in residues]
    return kept


def _note(residue: Residue, listed: SourceItem) -> Note:
    what = "was removed" if residue.is_removed else "is part of a sentence and was kept"
    return Note(f"“{residue.text:.200}”, left by a theme, {what}", listed.find_line(residue.text[:40]))
