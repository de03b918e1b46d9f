"""Stores the images that a document refers to."""

from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote

from blog.content.documents import Note
from blog.markup import image_widths
from blog.markup.dom import Element
from blog.markup.misplaced_blocks import unwrapped
from blog.markup.pruning import REMOVED, prune
from blog.media.inspect import examine
from blog.media.store import StoredImage, store_image
from blog.sources.base import MAX_IMAGES, Source, SourceItem

if TYPE_CHECKING:
    from blog.sync.image_fetcher import ImageFetcher

SAME_SHAPE = 0.02
"""How far an author's width and height may differ from the image's own proportions."""


class Images:
    """The images of one document. An image that cannot be fetched is left out and reported in ``notes``."""

    def __init__(self, source: Source, listed: SourceItem, fetcher: "ImageFetcher | None" = None) -> None:
        self.notes: list[Note] = []
        self._source = source
        self._listed = listed
        self._fetcher = fetcher
        self._kept: dict[str, StoredImage | None] = {}
        self._is_full = False

    def store(self, reference: str) -> StoredImage | None:
        """The image as stored on this site; ``None`` if it cannot be fetched."""
        if reference not in self._kept and not self._is_refused():
            self._kept[reference] = self._try_to_store(reference)
        return self._kept.get(reference)

    def localise(self, body: Element) -> None:
        """Store the images in ``body`` and replace their addresses by this site's; set their sizes.

        An image that cannot be fetched is removed, and its caption becomes a paragraph; an image on a host that the
        source does not own stays as it is.
        """
        self._localise(body)
        prune(body)

    def _localise(self, element: Element) -> tuple[int, int]:
        """How many images ``element`` keeps and loses."""
        kept = lost = 0
        for place, child in enumerate(element.children):
            if isinstance(child, str):
                continue
            if child.name != "img":
                inside = self._localise(child)
            elif self._localise_image(child.attributes):
                inside = (1, 0)
            else:
                inside = (0, 1)
                element.children[place] = REMOVED
            kept, lost = kept + inside[0], lost + inside[1]
        if element.name == "figure" and lost and not kept:
            _make_paragraph(element)
        return kept, lost

    def _localise_image(self, attributes: dict[str, str]) -> bool:
        """Set the image's address and size; return whether the image stays."""
        reference = attributes.get("src", "")
        image = self.store(reference)
        if image is not None:
            attributes |= {"src": image.address} | _size(image, attributes)
        return image is not None or not self._source.owns_image(reference)

    def _is_refused(self) -> bool:
        """Whether the document has reached ``MAX_IMAGES``; adds a note the first time."""
        if len(self._kept) < MAX_IMAGES:
            return False
        if not self._is_full:
            self._is_full = True
            self.notes.append(Note(f"an article has at most {MAX_IMAGES} images; the others are left out"))
        return True

    def _try_to_store(self, reference: str) -> StoredImage | None:
        if not self._source.owns_image(reference):
            self._note(reference, "is on another host; pages show only this site’s images")
            return None
        try:
            return self._fetch(reference)
        except OSError as error:
            self._note(reference, f"is left out: {error.strerror or error}")
        except ValueError as error:
            self._note(reference, f"is left out: {error}")
        return None

    def _fetch(self, reference: str) -> StoredImage:
        if self._fetcher is not None:
            return self._fetcher.image(reference)
        return store_image(self._source.open_image(self._listed.source_id, reference))

    def _note(self, reference: str, what: str) -> None:
        # Markdown percent-encodes an address, so in the file it may be spelled otherwise.
        line = self._listed.find_line(reference) or self._listed.find_line(unquote(reference))
        self.notes.append(Note(f"the image {reference[:200]} {what}", line))


class ExaminedImages(Images):
    """The images of a document, examined but not stored."""

    def _fetch(self, reference: str) -> StoredImage:
        picture = examine(self._source.open_image(self._listed.source_id, reference))
        name = f"{sha256(picture.data).hexdigest()[:32]}.{picture.type}"
        return StoredImage(f"{image_widths.FOLDER}{name}", picture.width, picture.height)


def _size(kept: StoredImage, attributes: dict[str, str]) -> dict[str, str]:
    """Width and height for an ``img``, so that text does not move while it loads: the author's if they fit."""
    if kept.width is None or kept.height is None:
        return {}
    width, height = attributes.get("width", ""), attributes.get("height", "")
    if width.isdecimal() and height.isdecimal() and int(height):
        is_fitting = abs(int(width) / int(height) * kept.height / kept.width - 1) < SAME_SHAPE
        return {} if is_fitting else {"width": str(kept.width), "height": str(kept.height)}
    return {"width": str(kept.width), "height": str(kept.height)}


def _make_paragraph(figure: Element) -> None:
    """Turn a figure into a paragraph with its caption."""
    caption = figure.first("figcaption")
    if caption is not None and caption.text == figure.text:
        # REMOVED stays in front, so that prune() drops the paragraph if the caption is empty.
        figure.name, figure.attributes, figure.children = "p", {}, [REMOVED, *unwrapped(caption.children)]
