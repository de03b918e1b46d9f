"""Parses HTML into a list of elements, with their attributes and depth."""

from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

StartTag = tuple[str, dict[str, str | None]]


class Outline(HTMLParser):
    """The elements of a piece of HTML, in order, with their depth."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[StartTag] = []
        self.depth = self.deepest = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.depth += tag not in VOID
        self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in VOID
