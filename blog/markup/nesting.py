"""Estimates how deep HTML is nested and how many elements it has, before anything parses it.

A parser that follows the standard (https://html.spec.whatwg.org/#tree-construction) looks through all open elements at
nearly every tag. So its time is quadratic in their number. And elements such as ``<b>`` that are never closed are
opened again in each paragraph, with their attributes: 20 kilobytes of them can become 20 megabytes.

The estimate takes linear time. It ignores what only looks like a tag (:mod:`blog.markup.tags`). It is on the safe
side: an element counts as open unless the standard has certainly closed it. Only elements of SVG and MathML that are
normally empty never count, though they can be open; 4,000 of them cost a parser a twentieth of a second.
"""

from dataclasses import dataclass

from blog.markup.parser_limits import ArticleTooComplex
from blog.markup.tags import Tag, tags

MAX_OPEN = 100
"""Maximum number of elements open at once; ten times what articles need."""
MAX_ELEMENTS = 100_000
"""Maximum number of elements in an article; preparing so many takes 3 seconds and 200 megabytes."""
MAX_REPEATED = 5_000_000
"""Maximum number of characters in tags of unclosed elements, counted each time that a parser may open them again."""
MAX_ADOPTIONS = 8
"""The number of blocks that an end tag such as ``</b>`` can close its element in."""

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
UNCLEAR = frozenset({"math", "select", "svg", "template"})
"""Elements in which ``<style>``, for example, contains raw text in some places and HTML in others."""
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


@dataclass(slots=True)
class _Unclosed:
    """An element of ``NEEDS_END_TAG``: its name, the place of the first element within it, and its tag's length."""

    name: str
    place: int
    length: int


class _OpenElements:
    """The elements that are open at the present position of a text, and the number of elements so far."""

    def __init__(self) -> None:
        self.elements = 0
        self.repeated_characters = 0
        # Searching these lists is cheap, because check_nesting() stops when more than MAX_OPEN elements are open.
        self._names: list[str] = []
        self._unclosed: list[_Unclosed] = []

    @property
    def count(self) -> int:
        return len(self._names) + len(self._unclosed)

    def is_unclear(self) -> bool:
        """Return whether an element may be open in which a parser reads raw text and CDATA sections differently."""
        return not UNCLEAR.isdisjoint(self._names)

    def start(self, tag: Tag) -> None:
        name = tag.name
        self.elements += 1
        self._repeat()
        if tag.is_certain:
            if name in ONLY_IN_TABLES and TABLES.isdisjoint(self._names):
                return
            if name not in ONLY_IN_TABLES or "table" in self._names:
                self._close_optional(name)
            if name == "a" and (link := self._last_unclosed("a")):  # A link ends where the next one begins.
                link.length = max(link.length, tag.length)
                return
        if name in NEEDS_END_TAG:
            self._unclosed.append(_Unclosed(name, len(self._names), tag.length))
        elif name not in NEVER_OPEN:
            self._names.append(name)

    def end(self, tag: Tag) -> None:
        self.elements += tag.name == "p"  # </p> creates an empty paragraph if no paragraph is open.
        if not tag.is_certain:
            self._repeat()
            return
        if tag.name in NEEDS_END_TAG:
            self._end_unclosed(tag.name)
        else:
            self._end_named(tag.name)
        self._repeat()  # The text after an end tag may open the unclosed elements again, too.

    def _repeat(self) -> None:
        """Count all unclosed elements such as <b> once more, since a parser may open them again at this tag."""
        if not self._unclosed:
            return
        self.elements += len(self._unclosed)
        self.repeated_characters += sum([element.length for element in self._unclosed])

    def _last_unclosed(self, name: str) -> _Unclosed | None:
        return next((element for element in reversed(self._unclosed) if element.name == name), None)

    def _end_unclosed(self, name: str) -> None:
        element = self._last_unclosed(name)
        if element is None or not SCOPES.isdisjoint(self._names[element.place :]):
            return  # An end tag has no effect outside of the cell, object or button around it.
        # https://html.spec.whatwg.org/#adoption-agency-algorithm ends the element outside of the blocks within it,
        # and opens it again in each of them, with up to three others. It does so for eight blocks; then it gives up.
        inner = len(self._names) - element.place
        copied = min(inner, MAX_ADOPTIONS)
        self.elements += 4 * copied
        self.repeated_characters += copied * sum([each.length for each in self._unclosed])
        if inner < MAX_ADOPTIONS:
            self._unclosed.remove(element)
        else:
            element.place += MAX_ADOPTIONS

    def _end_named(self, name: str) -> None:
        for place in range(len(self._names) - 1, -1, -1):
            if self._names[place] == name:
                self._close_from(place)
                return
            if _is_barrier(self._names[place], name):
                return

    def _close_from(self, place: int) -> None:
        del self._names[place:]
        for element in self._unclosed:
            element.place = min(element.place, place)  # It opens again after what was closed.

    def _close_optional(self, name: str) -> None:
        closed = CLOSED_BY.get(name)
        if closed is None:
            return
        if self._unclosed and name in INNERMOST_ONLY:
            closed -= INNERMOST_ONLY  # An unclosed element such as <b> may be the innermost one.
        end = len(self._names)
        for place in range(end - 1, -1, -1):
            if self._names[place] in closed:
                end = place
            elif self._names[place] not in PHRASES or name in INNERMOST_ONLY:
                break
        if end < len(self._names):
            self._close_from(end)


def _is_barrier(open_name: str, name: str) -> bool:
    """Return whether the end tag of ``name`` has no effect outside of the open element ``open_name``."""
    if name in TABLE_PARTS:
        return open_name in {"table", "template"}
    if name in BLOCKS:
        return open_name in SCOPES or (name == "li" and open_name in LISTS)
    return open_name not in PHRASES


def check_nesting(html: str) -> None:
    """Refuse HTML that would take a parser too long.

    :raises ArticleTooComplex: more than ``MAX_OPEN`` elements are open at once, or it has more than ``MAX_ELEMENTS``,
        or repeats more than ``MAX_REPEATED`` characters of tags.
    """
    open_elements = _OpenElements()
    for tag in tags(html, open_elements.is_unclear):
        if tag.is_end:
            open_elements.end(tag)
        else:
            open_elements.start(tag)
        if open_elements.count > MAX_OPEN:
            raise ArticleTooComplex(f"more than {MAX_OPEN} elements are nested in one another")
        if open_elements.elements > MAX_ELEMENTS:
            raise ArticleTooComplex(f"it has more than {MAX_ELEMENTS} elements; divide it into several articles")
        if open_elements.repeated_characters > MAX_REPEATED:
            raise ArticleTooComplex("elements such as <b> or <a> that are never closed repeat too often; close them")
