"""What a CMS makes beside prose – embeds, galleries, cards, forms, shortcodes – as plain HTML.

The names are those in the answers of real servers: Ghost's cards (``kg-…``) and WordPress's blocks (``wp-block-…``).
Whatever has no rule of its own is left to the sanitiser, which keeps its words.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import nh3

from blog.content import late
from blog.content.players import name_of, page_of
from blog.content.shortcodes import closed_names, without_shortcodes
from blog.markup.article import ATTRIBUTES, DROPPED_WITH_CONTENT, TAGS
from blog.markup.nesting import check_nesting
from blog.markup.tree import Element, parse, write

Piece = Element | str

PLAYERS = frozenset({"audio", "embed", "iframe", "object", "video"})
CONTROLS = frozenset({"button", "form", "input", "select", "textarea"})
SEEN = TAGS | PLAYERS | CONTROLS | {"source"}
MORE_ATTRIBUTES = {
    "audio": {"src"},
    "embed": {"src"},
    "iframe": {"src", "data-src"},
    "img": set(late.ATTRIBUTES),
    "object": {"data"},
    "source": {"src"},
    "video": {"src"},
}
SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
TRIGGER = re.compile(rf"<(?:{'|'.join(PLAYERS | CONTROLS)}|script)\b|\bkg-|\bwp-|\[/?[a-z]|srcset|data-", re.IGNORECASE)
"""Without any of these, there is nothing to do."""
VERBATIM = frozenset({"code", "kbd", "pre", "samp"})
WORDS = {
    "embed": ("1 embed became a link", "{} embeds became links"),
    "form": ("1 form was dropped", "{} forms were dropped"),
    "script": ("1 script was dropped", "{} scripts were dropped"),
    "shortcode": ("1 shortcode was removed", "{} shortcodes were removed"),
}


def plain_html(html: str) -> tuple[str, Counter[str]]:
    """``html`` with nothing beside prose, and how often what had to go was there, by the keys of ``WORDS``.

    The result is not safe to show; it is for the sanitiser. It takes time linear in the length.

    :raises TooDeep: the elements nest deeper than any text needs.
    """
    if not TRIGGER.search(html):
        return html, Counter()
    check_nesting(html)
    plain = _Plain()
    plain.dropped["script"] += len(SCRIPT.findall(html))
    root = parse(_readable(html))
    plain.closed = closed_names(root.text)
    return write(plain.pieces(root.children)), +plain.dropped


def told(dropped: Counter[str]) -> str:
    """What went, for the report; empty where nothing did."""
    return "; ".join(WORDS[key][count > 1].format(count) for key, count in sorted(dropped.items()))


def _readable(html: str) -> str:
    attributes = {name: ATTRIBUTES.get(name, set()) | MORE_ATTRIBUTES.get(name, set()) for name in SEEN}
    return nh3.clean(
        html,
        tags=set(SEEN),
        clean_content_tags=set(DROPPED_WITH_CONTENT - PLAYERS - CONTROLS),
        attributes=attributes | {"*": ATTRIBUTES["*"]},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


class _Plain:
    """One document on its way."""

    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()
        self.closed: frozenset[str] = frozenset()
        self._cards: dict[str, Callable[[Element], Iterable[Piece]]] = {
            "kg-audio-card": self._player_card,
            "kg-bookmark-card": _bookmark,
            "kg-button-card": _links,
            "kg-callout-card": self._callout,
            "kg-file-card": _file,
            "kg-gallery-card": self._gallery,
            "kg-toggle-card": self._toggle,
            "kg-video-card": self._player_card,
            "wp-block-buttons": _links,
            "wp-block-embed": self._embedded_address,
            "wp-block-file": _links,
        }

    def pieces(self, children: Iterable[Piece]) -> Iterator[Piece]:
        """What becomes of some elements and texts."""
        for child in children:
            if isinstance(child, str):
                text, count = without_shortcodes(child, self.closed)
                self.dropped["shortcode"] += count
                yield text
            else:
                yield from self._element(child)

    def _element(self, element: Element) -> Iterator[Piece]:
        card = next((self._cards[class_] for class_ in sorted(element.classes & self._cards.keys())), None)
        if card is not None:
            yield from card(element)
        elif element.name in PLAYERS:
            yield from self._player(element)
        elif element.name in CONTROLS:
            self.dropped["form"] += element.name == "form"
        elif element.name == "img":
            yield late.with_source(element)
        elif element.name in VERBATIM:
            yield element
        else:
            yield from self._kept(element)

    def _kept(self, element: Element) -> Iterator[Piece]:
        """An element that stays, unless all that it held went."""
        before = sum(self.dropped.values())
        had_content = bool(element.children)
        element.children = list(self.pieces(element.children))
        lost = sum(self.dropped.values()) > before
        if lost and element.name == "p":
            _trim(element.children)
        if not (had_content and lost and not element.text and not _has_picture(element)):
            yield element

    def _player(self, element: Element, title: str = "") -> Iterator[Piece]:
        """The link that stands for something that plays elsewhere."""
        if "wp-embedded-content" in element.classes:
            return  # the quote beside it has the link
        sources = [element, *(child for child in element.descendants() if child.name == "source")]
        found = (source.attributes.get(name, "") for source in sources for name in ("src", "data-src", "data"))
        address = next((usable for usable in map(page_of, found) if usable), None)
        self.dropped["embed"] += 1
        if address:
            yield _paragraph(_link(address, title or element.attributes.get("title", "") or name_of(address)))

    def _player_card(self, card: Element) -> Iterator[Piece]:
        caption = card.first("figcaption")
        title = card.first(class_="kg-audio-title") or caption
        player = card.first("audio") or card.first("video")
        if player is not None:
            yield from self._player(player, title.text if title else "")

    def _embedded_address(self, figure: Element) -> Iterator[Piece]:
        wrapper = figure.first(class_="wp-block-embed__wrapper")
        address = page_of(wrapper.text) if wrapper else None
        if address is None or wrapper is None:
            yield from self._kept(figure)
            return
        self.dropped["embed"] += 1
        wrapper.name, wrapper.attributes = "p", {}
        wrapper.children = [_link(address, name_of(address))]
        yield Element("figure", {}, [wrapper, *self._caption(figure)])

    def _gallery(self, figure: Element) -> Iterator[Piece]:
        pictures = [late.with_source(image) for image in figure.descendants() if image.name == "img"]
        yield Element("figure", {}, [*pictures, *self._caption(figure)])

    def _toggle(self, card: Element) -> Iterator[Piece]:
        heading, content = card.first(class_="kg-toggle-heading-text"), card.first(class_="kg-toggle-content")
        summary = Element("summary", {}, [heading.text if heading else ""])
        yield Element("details", {}, [summary, *self.pieces(content.children if content else [])])

    def _callout(self, card: Element) -> Iterator[Piece]:
        emoji, text = card.first(class_="kg-callout-emoji"), card.first(class_="kg-callout-text")
        mark = [f"{emoji.text} "] if emoji and emoji.text else []
        yield Element("blockquote", {}, [_paragraph(*mark, *self.pieces(text.children if text else card.children))])

    def _caption(self, figure: Element) -> Iterator[Piece]:
        caption = figure.first("figcaption")
        if caption is not None:
            yield from self._kept(caption)


def _bookmark(figure: Element) -> Iterator[Piece]:
    anchor, title = figure.first("a"), figure.first(class_="kg-bookmark-title")
    description, caption = figure.first(class_="kg-bookmark-description"), figure.first("figcaption")
    address = anchor.attributes.get("href", "") if anchor else ""
    lines = [text.text for text in (description, caption) if text and text.text]
    below: list[Piece] = [piece for line in lines for piece in (Element("br"), line)]
    yield _paragraph(_link(address, title.text if title else name_of(address)), *below)


def _file(card: Element) -> Iterator[Piece]:
    anchor, title = card.first("a"), card.first(class_="kg-file-card-title")
    name, size = card.first(class_="kg-file-card-filename"), card.first(class_="kg-file-card-filesize")
    if anchor is not None:
        shown = title.text if title else name.text if name else ""
        about = ", ".join(part.text for part in (name, size) if part and part.text)
        yield _paragraph(_link(anchor.attributes.get("href", ""), shown or "↓"), f" ({about})" if about else "")


def _links(card: Element) -> Iterator[Piece]:
    """A card of nothing but links, each in a line of its own."""
    for anchor in card.descendants():
        if anchor.name == "a" and anchor.text:
            yield _paragraph(_link(anchor.attributes.get("href", ""), anchor.text))


def _link(address: str, text: str) -> Piece:
    return Element("a", {"href": address}, [text]) if address else text


def _paragraph(*children: Piece) -> Element:
    return Element("p", {}, list(children))


def _trim(children: list[Piece]) -> None:
    """Take away the line ends that are left at the beginning of a paragraph."""
    while children and (_is_line_end(children[0])):
        del children[0]


def _is_line_end(piece: Piece) -> bool:
    return not piece.strip() if isinstance(piece, str) else piece.name == "br"


def _has_picture(element: Element) -> bool:
    return any(child.name in {"hr", "img"} for child in element.descendants())
