"""Turns what a CMS adds to the text – embeds, galleries, cards, forms, shortcodes – into plain HTML.

The class names are those that real servers send: Ghost's cards (``kg-…``) and WordPress's blocks (``wp-block-…``).
Elements without a rule here are left to the sanitiser, which keeps their text.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from blog.markup.article_sanitizer import CONTROLS, PLAYERS
from blog.markup.cms import cards
from blog.markup.cms.captions import captioned
from blog.markup.cms.cards import link, paragraph
from blog.markup.cms.galleries import gallery
from blog.markup.cms.lazy_images import load_at_once
from blog.markup.cms.players import name_of, page_of, poster_of
from blog.markup.cms.shortcodes import EMBEDDED, paired_names, without_shortcodes
from blog.markup.dom import INLINE, Element, Node
from blog.markup.misplaced_blocks import divided, unwrapped, without_first_line_ends
from blog.markup.pruning import REMOVED, prune

SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
TRIGGERS = (
    "kg-",
    "wp-",
    "gallery",
    "srcset",
    "data-",
    *(f"<{name}" for name in sorted(PLAYERS | CONTROLS | {"script"})),
)
SHORTCODE = re.compile(r"\[/?[a-z]")
"""HTML without any of the ``TRIGGERS`` and without a possible shortcode needs no changes."""
QUOTED = "wp-embedded-content"
"""The class of an embedded WordPress page, both of a quote with a link and of the player that replaces it."""
VERBATIM = frozenset({"code", "kbd", "pre", "samp"})
WORDS = {
    "embed": ("1 embed became a link", "{} embeds became links"),
    "form": ("1 form was dropped", "{} forms were dropped"),
    "nowhere": ("1 embed without a valid link was dropped", "{} embeds without a valid link were dropped"),
    "script": ("1 script was dropped", "{} scripts were dropped"),
    "shortcode": ("1 shortcode was removed", "{} shortcodes were removed"),
}


def replace_cms_markup(body: Element, html: str) -> Counter[str]:
    """Replace what a CMS has added to ``body`` by plain HTML; return how many parts were removed, by keys of ``WORDS``.

    ``html`` is the original text of ``body``, in which scripts can still be counted.
    """
    lowered = html.lower()
    if not any(trigger in lowered for trigger in TRIGGERS) and not SHORTCODE.search(lowered):
        return Counter()
    replacing = _Replacing(body)
    replacing.dropped["script"] += len(SCRIPT.findall(html))
    body.children = list(replacing.nodes(body.children))
    prune(body)
    # The plus sign removes counts of zero, which describe() would report as one.
    return +replacing.dropped


def describe(dropped: Counter[str]) -> str:
    """Describe what was removed, for the report; empty if nothing was."""
    return "; ".join(WORDS[key][count > 1].format(count) for key, count in sorted(dropped.items()))


class _Replacing:
    """Replaces the parts of one document, and counts what it removes in ``dropped``."""

    def __init__(self, body: Element) -> None:
        self.dropped: Counter[str] = Counter()
        # For the whole document, because a shortcode may begin in one element and end in another.
        self._paired = paired_names(" ".join(body.texts(skipped=VERBATIM)))
        self._quotes = sum(QUOTED in element.classes and element.name == "blockquote" for element in body.descendants())
        self._cards: dict[str, Callable[[Element], Iterable[Node]]] = {
            "gallery": self._gallery,
            "kg-audio-card": self._player_card,
            "kg-bookmark-card": cards.bookmark,
            "kg-button-card": cards.links,
            "kg-callout-card": partial(cards.callout, replace=self.nodes),
            "kg-file-card": cards.file,
            "kg-gallery-card": self._gallery,
            "kg-toggle-card": partial(cards.toggle, replace=self.nodes),
            "kg-video-card": self._player_card,
            "wp-block-accordion-heading": cards.accordion_heading,
            "wp-block-buttons": cards.links,
            "wp-block-embed": self._embedded_address,
            "wp-block-file": cards.links,
            "wp-block-gallery": self._gallery,
        }

    def nodes(self, children: Iterable[Node]) -> Iterator[Node]:
        """Yield the replacements of elements and texts."""
        for child in captioned(children):
            if isinstance(child, str):
                yield from self._text(child)
            else:
                yield from self._element(child)

    def _text(self, text: str) -> Iterator[Node]:
        # The expression has one group, so split() puts the addresses at the odd places.
        for place, part in enumerate(EMBEDDED.split(text)):
            address = page_of(part) if place % 2 else None
            if address:
                self.dropped["embed"] += 1
                yield link(address, name_of(address))
                continue
            words, count = without_shortcodes(part, self._paired)
            yield words
            if count:
                self.dropped["shortcode"] += count
                yield REMOVED

    def _element(self, element: Element) -> Iterator[Node]:
        # Sorted, because the order of a set changes between processes: the same input must give the same result.
        card = next((self._cards[class_] for class_ in sorted(element.classes & self._cards.keys())), None)
        if card is not None:
            yield from card(element)
        elif element.name in PLAYERS:
            yield from self._player(element)
        elif element.name in CONTROLS and element.attributes.get("type") != "checkbox":
            # The checkboxes of task lists stay until show_tasks() in article.py replaces them.
            self.dropped["form"] += element.name == "form"
            yield REMOVED
        elif element.name == "img":
            yield load_at_once(element)
        elif element.name in VERBATIM:
            yield element
        else:
            yield from self._kept(element)

    def _kept(self, element: Element) -> Iterator[Node]:
        before = self.dropped.total()
        element.children = list(self.nodes(element.children))
        if element.name in INLINE:
            element.children = list(unwrapped(element.children))
        if element.name != "p":
            yield element
            return
        if self.dropped.total() > before:
            element.children = without_first_line_ends(element.children)
        yield from divided(element)

    def _player(self, element: Element, title: str = "", poster: str = "") -> Iterator[Node]:
        """Replace a player by a link to the page of the video or audio, with its preview image if there is one."""
        if self._quotes and QUOTED in element.classes:
            self._quotes -= 1
            self.dropped["embed"] += 1
            yield REMOVED  # The quote with the same class has the link already.
            return
        sources = [element, *(inner for inner in element.descendants() if inner.name in PLAYERS | {"source"})]
        found = (source.attributes.get(name, "") for source in sources for name in ("src", "data-src", "data"))
        address = next((usable for usable in map(page_of, found) if usable), None)
        self.dropped["embed" if address else "nowhere"] += 1
        if address:
            words = title or element.attributes.get("title", "") or name_of(address)
            yield paragraph(link(address, words, poster or poster_of(element)))
        else:
            yield REMOVED

    def _player_card(self, card: Element) -> Iterator[Node]:
        title = card.first(class_="kg-audio-title") or card.first("figcaption")
        player = card.first("audio") or card.first("video")
        if player is not None:
            yield from self._player(player, title.text if title else "", poster_of(card))

    def _embedded_address(self, figure: Element) -> Iterator[Node]:
        inner = (child for child in figure.children if isinstance(child, Element))
        wrapper = next((child for child in inner if "wp-block-embed__wrapper" in child.classes), None)
        address = page_of(wrapper.text) if wrapper else None
        if address is None or wrapper is None:
            yield from self._kept(figure)
            return
        self.dropped["embed"] += 1
        caption = figure.first("figcaption")
        yield Element(
            "figure", {}, [paragraph(link(address, name_of(address))), *self.nodes([caption] if caption else [])]
        )

    def _gallery(self, element: Element) -> Iterator[Node]:
        if element.first("img") is None:
            yield from self._kept(element)
        else:
            yield from gallery(element, self.nodes)
