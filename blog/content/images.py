"""The images that a document refers to, brought to this site."""

from urllib.parse import unquote

from blog.content.document import Note
from blog.content.media import keep_image
from blog.content.sources import Listed, Source
from blog.markup import tokens
from blog.markup.pruning import without
from blog.markup.tokens import Token

FOREIGN = ("http://", "https://", "//")


class Images:
    """The images of one document. A reference that cannot be followed costs that image, and adds to ``notes``."""

    def __init__(self, source: Source, listed: Listed) -> None:
        self.notes: list[Note] = []
        self._source = source
        self._listed = listed
        self._addresses: dict[str, str | None] = {}

    def address(self, reference: str) -> str | None:
        """The image's address on this site; ``None`` where it is on another, or cannot be had."""
        if reference not in self._addresses:
            self._addresses[reference] = self._bring(reference)
        return self._addresses[reference]

    def place(self, html: str) -> str:
        """HTML that a sanitiser wrote, its images at this site's addresses; those that cannot be had are left out."""
        body = tokens.read(html)
        removed: set[int] = set()
        for place, token in enumerate(body):
            if token.name == "img" and not is_foreign(reference := token.attributes.get("src", "")):
                address = self.address(reference)
                if address is None:
                    removed.add(place)
                else:
                    body[place] = tokens.tag("img", token.attributes | {"src": address})
            elif token.name == "img":
                self.address(reference)
        return tokens.write(without(body, removed | _captions(body, removed)))

    def _bring(self, reference: str) -> str | None:
        if is_foreign(reference):
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


def is_foreign(reference: str) -> bool:
    """Whether a reference leads to another host."""
    return reference.lower().startswith(FOREIGN)


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
