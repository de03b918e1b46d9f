"""The images that a document refers to, brought to this site."""

from urllib.parse import unquote

from blog.content.documents import Note
from blog.markup import tokens
from blog.markup.pruning import without
from blog.markup.tokens import Token
from blog.media.store import Kept, keep_image
from blog.sources.base import Source, SourceItem

MOST = 200
"""Images of one document; a page with more of them helps nobody."""
SAME_SHAPE = 0.02
"""How far the proportions that an author gives may be off the picture's own."""


class Images:
    """The images of one document. A reference that cannot be followed costs that image, and adds to ``notes``."""

    def __init__(self, source: Source, listed: SourceItem) -> None:
        self.notes: list[Note] = []
        self._source = source
        self._listed = listed
        self._kept: dict[str, Kept | None] = {}
        self._is_full = False

    def bring(self, reference: str) -> Kept | None:
        """The image as this site has it; ``None`` where it cannot be had."""
        if reference not in self._kept and not self._is_refused():
            self._kept[reference] = self._bring(reference)
        return self._kept.get(reference)

    def place(self, html: str) -> str:
        """HTML that a sanitiser wrote, its images at this site's addresses and of known size.

        An image that cannot be had is left out; one on a host that the source does not bring stays as it is.
        """
        body = tokens.read(html)
        removed: set[int] = set()
        for place, token in enumerate(body):
            if token.name != "img":
                continue
            reference = token.attributes.get("src", "")
            kept = self.bring(reference)
            if kept is not None:
                body[place] = tokens.tag(
                    "img", token.attributes | {"src": kept.address} | _size(kept, token.attributes)
                )
            elif self._source.owns_image(reference):
                removed.add(place)
        return tokens.write(without(body, removed | _captions(body, removed)))

    def _is_refused(self) -> bool:
        """Whether there is no room for a further image, which is noted once."""
        if len(self._kept) < MOST:
            return False
        if not self._is_full:
            self._is_full = True
            self.notes.append(Note(f"an article has at most {MOST} images; the others are left out"))
        return True

    def _bring(self, reference: str) -> Kept | None:
        if not self._source.owns_image(reference):
            self._note(reference, "lies on another host; pages show only this site’s images")
            return None
        try:
            return keep_image(self._source.open_image(self._listed.source_id, reference))
        except OSError as error:
            self._note(reference, f"is left out: {error.strerror or error}")
        except ValueError as error:
            self._note(reference, f"is left out: {error}")
        return None

    def _note(self, reference: str, what: str) -> None:
        line = self._listed.find_line(reference) or self._listed.find_line(unquote(reference))
        self.notes.append(Note(f"the image {reference[:200]} {what}", line))


def _size(kept: Kept, attributes: dict[str, str]) -> dict[str, str]:
    """Width and height for an ``img``, so that the text below does not jump: the author's where they fit."""
    if kept.width is None or kept.height is None:
        return {}
    width, height = attributes.get("width", ""), attributes.get("height", "")
    if width.isdecimal() and height.isdecimal() and int(height):
        is_fitting = abs(int(width) / int(height) * kept.height / kept.width - 1) < SAME_SHAPE
        return {} if is_fitting else {"width": str(kept.width), "height": str(kept.height)}
    return {"width": str(kept.width), "height": str(kept.height)}


def _captions(body: list[Token], removed: set[int]) -> set[int]:
    """The texts of figures that lose their only image."""
    captions: set[int] = set()
    start, images = 0, 0
    for place, token in enumerate(body):
        if token.name == "figure" and not token.is_close:
            start, images = place, 0
        elif token.name == "img" and place not in removed:
            images += 1
        elif token.name == "figure" and not images:
            inside = range(start, place)
            if not removed.isdisjoint(inside):
                captions.update(at for at in inside if body[at].is_text)
    return captions
