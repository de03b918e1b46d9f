"""What a CMS makes beside prose – embeds, galleries, cards, forms, shortcodes – as plain HTML.

The names are those in the answers of real servers: Ghost's cards (``kg-…``) and WordPress's blocks (``wp-block-…``).
Whatever has no rule of its own is left to the sanitiser, which keeps its words.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import nh3

from blog.markup.article import ATTRIBUTES, DROPPED_WITH_CONTENT, TAGS
from blog.markup.cms import cards, lazy_images
from blog.markup.cms.captions import captioned
from blog.markup.cms.cards import link, paragraph
from blog.markup.cms.players import name_of, page_of
from blog.markup.cms.shortcodes import EMBEDDED, paired_names, without_shortcodes
from blog.markup.flow import divided, is_empty, trim, unwrapped
from blog.markup.nesting import check_nesting
from blog.markup.pruning import PARTS_OF_TABLES
from blog.markup.tokens import INLINE
from blog.markup.tree import Element, parse, write

Piece = Element | str

PLAYERS = frozenset({"audio", "embed", "iframe", "object", "video"})
CONTROLS = frozenset({"button", "form", "input", "select", "textarea"})
SEEN = TAGS | PLAYERS | CONTROLS | {"source"}
MORE_ATTRIBUTES = {
    "audio": {"src"},
    "embed": {"src"},
    "iframe": {"src", "data-src"},
    "img": set(lazy_images.ATTRIBUTES),
    "object": {"data"},
    "source": {"src"},
    "video": {"src"},
}
SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
TRIGGERS = ("kg-", "wp-", "srcset", "data-", *(f"<{name}" for name in sorted(PLAYERS | CONTROLS | {"script"})))
SHORTCODE = re.compile(r"\[/?[a-z]")
"""Without any of these, there is nothing to do."""
QUOTED = "wp-embedded-content"
"""Both the quote of a WordPress page and the player that is to take its place."""
VERBATIM = frozenset({"code", "kbd", "pre", "samp"})
WORDS = {
    "embed": ("1 embed became a link", "{} embeds became links"),
    "form": ("1 form was dropped", "{} forms were dropped"),
    "nowhere": ("1 embed that leads nowhere was dropped", "{} embeds that lead nowhere were dropped"),
    "script": ("1 script was dropped", "{} scripts were dropped"),
    "shortcode": ("1 shortcode was removed", "{} shortcodes were removed"),
}


def plain_html(html: str) -> tuple[str, Counter[str]]:
    """``html`` with nothing beside prose, and how often what had to go was there, by the keys of ``WORDS``.

    The result is not safe to show; it is for the sanitiser. After parsing, it takes time linear in the length.

    :raises TooDeep: the elements nest deeper than any text needs.
    """
    lowered = html.lower()
    if not any(trigger in lowered for trigger in TRIGGERS) and not SHORTCODE.search(lowered):
        return html, Counter()
    check_nesting(html)
    plain = _Plain()
    plain.dropped["script"] += len(SCRIPT.findall(html))
    root = parse(_readable(html))
    plain.paired = paired_names(" ".join(root.texts(skipped=VERBATIM)))
    plain.quotes = sum(QUOTED in element.classes and element.name == "blockquote" for element in root.descendants())
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
        self.paired: frozenset[str] = frozenset()
        self.quotes = 0
        self._cards: dict[str, Callable[[Element], Iterable[Piece]]] = {
            "kg-audio-card": self._player_card,
            "kg-bookmark-card": cards.bookmark,
            "kg-button-card": cards.links,
            "kg-callout-card": self._callout,
            "kg-file-card": cards.file,
            "kg-gallery-card": self._gallery,
            "kg-toggle-card": self._toggle,
            "kg-video-card": self._player_card,
            "wp-block-accordion-heading": cards.accordion_heading,
            "wp-block-buttons": cards.links,
            "wp-block-embed": self._embedded_address,
            "wp-block-file": cards.links,
        }

    def pieces(self, children: Iterable[Piece]) -> Iterator[Piece]:
        """What becomes of some elements and texts."""
        for child in captioned(children):
            if isinstance(child, str):
                yield from self._text(child)
            else:
                yield from self._element(child)

    def _text(self, text: str) -> Iterator[Piece]:
        for place, part in enumerate(EMBEDDED.split(text)):
            address = page_of(part) if place % 2 else None
            if address:
                self.dropped["embed"] += 1
                yield link(address, name_of(address))
            else:
                words, count = without_shortcodes(part, self.paired)
                self.dropped["shortcode"] += count
                yield words

    def _element(self, element: Element) -> Iterator[Piece]:
        card = next((self._cards[class_] for class_ in sorted(element.classes & self._cards.keys())), None)
        if card is not None:
            yield from card(element)
        elif element.name in PLAYERS:
            yield from self._player(element)
        elif element.name in CONTROLS:
            self.dropped["form"] += element.name == "form"
        elif element.name == "img":
            yield lazy_images.with_source(element)
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
        if element.name in INLINE:
            element.children = list(unwrapped(element.children))
        if lost and element.name == "p":
            trim(element.children)
        if had_content and lost and element.name not in PARTS_OF_TABLES and is_empty(element):
            return
        yield from divided(element) if element.name == "p" else (element,)

    def _player(self, element: Element, title: str = "") -> Iterator[Piece]:
        """The link that stands for something that plays elsewhere."""
        if self.quotes and QUOTED in element.classes:
            self.quotes -= 1
            self.dropped["embed"] += 1
            return  # the quote beside it has the link
        sources = [element, *(inner for inner in element.descendants() if inner.name in PLAYERS | {"source"})]
        found = (source.attributes.get(name, "") for source in sources for name in ("src", "data-src", "data"))
        address = next((usable for usable in map(page_of, found) if usable), None)
        self.dropped["embed" if address else "nowhere"] += 1
        if address:
            yield paragraph(link(address, title or element.attributes.get("title", "") or name_of(address)))

    def _player_card(self, card: Element) -> Iterator[Piece]:
        caption = card.first("figcaption")
        title = card.first(class_="kg-audio-title") or caption
        player = card.first("audio") or card.first("video")
        if player is not None:
            yield from self._player(player, title.text if title else "")

    def _embedded_address(self, figure: Element) -> Iterator[Piece]:
        inner = (child for child in figure.children if isinstance(child, Element))
        wrapper = next((child for child in inner if "wp-block-embed__wrapper" in child.classes), None)
        address = page_of(wrapper.text) if wrapper else None
        if address is None or wrapper is None:
            yield from self._kept(figure)
            return
        self.dropped["embed"] += 1
        wrapper.name, wrapper.attributes = "p", {}
        wrapper.children = [link(address, name_of(address))]
        yield Element("figure", {}, [wrapper, *self._caption(figure)])

    def _gallery(self, figure: Element) -> Iterator[Piece]:
        pictures = [lazy_images.with_source(image) for image in figure.descendants() if image.name == "img"]
        yield Element("figure", {}, [*pictures, *self._caption(figure)])

    def _toggle(self, card: Element) -> Iterator[Piece]:
        heading, content = card.first(class_="kg-toggle-heading-text"), card.first(class_="kg-toggle-content")
        summary = Element("summary", {}, [heading.text if heading else ""])
        yield Element("details", {}, [summary, *self.pieces(content.children if content else [])])

    def _callout(self, card: Element) -> Iterator[Piece]:
        emoji, text = card.first(class_="kg-callout-emoji"), card.first(class_="kg-callout-text")
        mark = [f"{emoji.text} "] if emoji and emoji.text else []
        words = paragraph(*mark, *self.pieces(text.children if text else card.children))
        yield Element("blockquote", {}, list(divided(words)))

    def _caption(self, figure: Element) -> Iterator[Piece]:
        caption = figure.first("figcaption")
        if caption is not None:
            yield from self._kept(caption)
