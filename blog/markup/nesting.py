"""Estimates how deep HTML is nested and how many elements it has, before anything parses it.

A parser that follows the standard (https://html.spec.whatwg.org/#tree-construction) looks through all open elements at
nearly every tag. So its time is quadratic in their number, and half a megabyte of ``<div>`` takes minutes. Elements
such as ``<b>`` that are never closed are opened again in each paragraph, so kilobytes can become gigabytes.

The estimate is on the safe side: an element counts as open unless the standard has certainly closed it.
"""

import re
from collections import Counter

from blog.markup.parser_limits import ArticleTooComplex

MAX_OPEN = 100
"""Maximum number of elements open at once; ten times what articles need."""
MAX_ELEMENTS = 100_000
"""Maximum number of elements in an article; preparing so many takes 3 seconds and 200 megabytes."""

TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
NEVER_OPEN = frozenset(
    "area base body br col embed head hr html img input link meta param source track wbr "
    # Elements of SVG and MathML that are always empty.
    "circle ellipse image line mspace path polygon polyline rect stop use".split()
)
NEEDS_END_TAG = frozenset("a b big code em font form i nobr s small strike strong tt u".split())
"""Elements that only their own end tag closes. All except ``form`` open again after the block around them."""
PHRASES = frozenset(
    "abbr bdi bdo cite data del dfn ins kbd label mark optgroup option q rb rp rt rtc ruby samp span sub sup time "
    "var".split()
)
BLOCKS = frozenset(
    "address article aside blockquote button caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer h1 h2 h3 h4 h5 h6 header hgroup li main menu nav object ol p pre search section select summary table tbody "
    "td tfoot th thead tr ul".split()
)
"""Elements whose end tag closes all elements opened within them. Other end tags close only ``PHRASES`` within them."""
TABLE_PARTS = frozenset("caption table tbody td tfoot th thead tr".split())
ONLY_IN_TABLES = TABLE_PARTS - {"table"} | {"colgroup"}
TABLES = frozenset({"math", "svg", "table", "template"})
"""Elements in which the tags of ``ONLY_IN_TABLES`` have an effect; elsewhere, parsers ignore these tags."""
SCOPES = TABLE_PARTS | frozenset(
    "annotation-xml applet button desc foreignobject marquee mi mn mo ms mtext object select template title".split()
)
"""Elements that limit an end tag: it closes nothing outside of them, unless it is an end tag of a table's part."""
LISTS = frozenset({"ol", "ul"})
CLOSES_PARAGRAPH = BLOCKS - SCOPES - {"li", "dd", "dt"}
CELL = frozenset({"p", "td", "th"})
ROW = CELL | {"caption", "colgroup", "tr"}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
OPTIONS = frozenset({"optgroup", "option"})
INNERMOST_ONLY = HEADINGS | OPTIONS
"""Elements whose start tag closes only the innermost open element. Others also look behind open ``PHRASES``."""
CLOSED_BY = {
    **dict.fromkeys(CLOSES_PARAGRAPH | {"form"}, frozenset({"p"})),
    **dict.fromkeys(HEADINGS, HEADINGS | {"p"}),
    "li": frozenset({"li", "p"}),
    **dict.fromkeys(("dd", "dt"), frozenset({"dd", "dt", "p"})),
    "option": frozenset({"option"}),
    "optgroup": OPTIONS,
    **dict.fromkeys(("td", "th"), CELL),
    "tr": ROW,
    **dict.fromkeys(("caption", "colgroup", "tbody", "tfoot", "thead"), ROW | {"tbody", "tfoot", "thead"}),
}
"""For each start tag, the elements that it closes, since their end tags are optional."""


class _OpenElements:
    """The elements that are open at the present position of a text, and the number of elements so far."""

    def __init__(self) -> None:
        self.elements = 0
        # Searching it is cheap, because check_nesting() stops when more than MAX_OPEN elements are open.
        self._names: list[str] = []
        self._open_until_end_tag: Counter[str] = Counter()
        self._repeated = 0

    @property
    def count(self) -> int:
        return len(self._names) + self._repeated

    def start(self, name: str) -> None:
        # A parser may open all unclosed elements such as <b> again before this one, so all of them are counted.
        self.elements += 1 + self._repeated
        if name in ONLY_IN_TABLES and TABLES.isdisjoint(self._names):
            return
        if name not in ONLY_IN_TABLES or "table" in self._names:
            self._close_optional(name)
        if name in NEEDS_END_TAG:
            if name != "a" or not self._open_until_end_tag["a"]:  # A link ends where the next one begins.
                self._open_until_end_tag[name] += 1
                self._repeated += 1
        elif name not in NEVER_OPEN:
            self._names.append(name)

    def end(self, name: str) -> None:
        if name == "p":
            self.elements += 1 + self._repeated  # </p> creates an empty paragraph if no paragraph is open.
        if name in NEEDS_END_TAG:
            if self._open_until_end_tag[name]:
                self._open_until_end_tag[name] -= 1
                self._repeated -= 1
            return
        for place in range(len(self._names) - 1, -1, -1):
            if self._names[place] == name:
                del self._names[place:]
                return
            if _is_barrier(self._names[place], name):
                return

    def _close_optional(self, name: str) -> None:
        closed = CLOSED_BY.get(name)
        if closed is None:
            return
        if self._repeated and name in INNERMOST_ONLY:
            closed -= INNERMOST_ONLY  # An unclosed element such as <b> may be the innermost one.
        end = len(self._names)
        for place in range(end - 1, -1, -1):
            if self._names[place] in closed:
                end = place
            elif self._names[place] not in PHRASES or name in INNERMOST_ONLY:
                break
        del self._names[end:]


def _is_barrier(open_name: str, name: str) -> bool:
    """Return whether the end tag of ``name`` has no effect outside of the open element ``open_name``."""
    if name in TABLE_PARTS:
        return open_name in {"table", "template"}
    if name in BLOCKS:
        return open_name in SCOPES or (name == "li" and open_name in LISTS)
    return open_name not in PHRASES


def check_nesting(html: str) -> None:
    """Refuse HTML that would take a parser too long.

    :raises ArticleTooComplex: more than ``MAX_OPEN`` elements are open at once, or it has more than ``MAX_ELEMENTS``.
    """
    open_elements = _OpenElements()
    for close, name in TAG.findall(html):
        if close:
            open_elements.end(name.lower())
            continue
        open_elements.start(name.lower())
        if open_elements.count > MAX_OPEN:
            raise ArticleTooComplex(f"more than {MAX_OPEN} elements are nested in one another")
        if open_elements.elements > MAX_ELEMENTS:
            raise ArticleTooComplex(f"it has more than {MAX_ELEMENTS} elements; divide it into several articles")
