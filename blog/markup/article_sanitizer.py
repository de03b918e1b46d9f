"""Defines which HTML an article may contain, and removes everything else with nh3 (https://nh3.readthedocs.io/).

nh3 parses HTML as a browser does. Each article passes it twice. First, :func:`read` turns HTML from anywhere into a
document that our own code can change; it also keeps some unsafe elements, such as players, which that code replaces.
At the end, :func:`clean` applies the strict rules to the result, so that an error in our code cannot let HTML through.
"""

import re
from collections.abc import Callable, Iterator

import nh3
from markupsafe import Markup
from pygments.token import STANDARD_TYPES

from blog.markup.dom import Element, parse, write
from blog.markup.nesting import check_nesting
from blog.markup.parser_limits import parse_bounded

MATHML = frozenset(
    "math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle "
    "msub msubsup msup mtable mtd mtext mtr munder munderover semantics".split()
)
"""MathML Core (https://www.w3.org/TR/mathml-core/) without elements that can contain HTML, links or scripts."""
TAGS = MATHML | frozenset(
    "a abbr aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption "
    "figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub "
    "summary sup table tbody td tfoot th thead time tr u ul var wbr".split()
)
PICTURES = frozenset({"picture", "source"})
"""Elements that only our own code creates, around this site's images: :func:`read` keeps no ``picture``."""
PLAYERS = frozenset({"audio", "embed", "iframe", "object", "video"})
CONTROLS = frozenset({"button", "form", "input", "select", "textarea"})
# Their content is removed too, since it is not text of the article: scripts, styles, labels of controls, fallbacks.
DROPPED_WITH_CONTENT = (
    PLAYERS
    | (CONTROLS - {"form", "input"})
    | frozenset("annotation annotation-xml canvas noscript script style svg template title".split())
)

ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang", "title"},
    "a": {"href", "hreflang"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "div": {"tabindex"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "math": {"display"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {"form", "largeop", "lspace", "maxsize", "minsize", "movablelimits", "rspace", "stretchy", "symmetric"},
    "mover": {"accent"},
    "mspace": {"depth", "height", "width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtd": {"columnspan", "rowspan"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "ol": {"reversed", "start", "type"},
    "source": {"sizes", "srcset", "type"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"abbr", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
}
RAW_ATTRIBUTES = {
    "audio": {"src"},
    "embed": {"src"},
    "figure": {"data-kg-custom-thumbnail", "data-kg-thumbnail"},
    "iframe": {"data-src", "src"},
    "img": {"data-lazy-src", "data-original", "data-src", "data-srcset", "srcset"},
    "input": {"checked", "type"},
    "object": {"data"},
    "source": {"src"},
    "td": {"align", "style"},
    "th": {"align", "style"},
    "video": {"poster", "src"},
}
"""Attributes that :func:`read` keeps in addition, for the steps that use them; :func:`clean` removes them."""

ALIGNMENTS = frozenset({"align-center", "align-left", "align-right"})
CLASSES = {
    "a": frozenset({"footnote-backref"}),
    "div": frozenset({"gallery-row", "table-scroll"}),
    "figure": frozenset({"gallery"}),
    "hr": frozenset({"footnotes-sep"}),
    "li": frozenset({"footnote-item", "task-list-item"}),
    "ol": frozenset({"footnotes-list"}),
    "pre": frozenset({"highlight"}),
    "section": frozenset({"footnotes"}),
    "span": frozenset(STANDARD_TYPES.values()) - {""},
    "sup": frozenset({"footnote-ref"}),
    "td": ALIGNMENTS,
    "th": ALIGNMENTS,
}
LANGUAGE = re.compile(r"language-[\w+#.-]{1,40}")
MEDIA = re.compile(r"/media/[0-9a-z]+(?:-[0-9a-z]+)*\.[a-z]+")
SRCSET = re.compile(rf"{MEDIA.pattern} \d{{1,5}}w(?:, {MEDIA.pattern} \d{{1,5}}w)*")
LENGTHS = frozenset({"depth", "height", "linethickness", "lspace", "maxsize", "minsize", "rspace", "width"})
# At most three digits, because a very large length in a formula could push the text out of sight.
MATH_LENGTH = re.compile(r"[+-]?\d{0,3}(?:\.\d{1,3})?(?:em|ex|px|pt|%)?")

OWN_ID = re.compile(
    r"(?:main|body|name|email|website|parent|nickname|remember|submit|csrf_token|page|q|search|top)(?:[-_].*)?"
    r"|(?:[a-z]+-)+title|comments?(?:[-_].*)?",
    re.IGNORECASE,
)
"""The ids of the article page itself. The same id in an article would break links, labels and scripts of the page."""
USABLE_ID = re.compile(r"\S{1,200}")

FRAME = re.compile(r"(<iframe\b[^>]*>).*?</iframe>", re.DOTALL)
MAX_DEPTH = 150
"""Maximum depth after parsing. It is above ``MAX_OPEN``, since the parser adds elements, for example in tables."""
SCHEMES = {"http", "https", "mailto"}


def read(html: str) -> Element:
    """Parse ``html`` as a browser does; keep allowed elements, and elements that later steps replace.

    The result is not safe to show before :func:`clean`.

    :raises ArticleTooComplex: it is nested too deeply, has too many elements, or takes too long to parse.
    """
    # Three limits, each before the step that it protects: a linear estimate before the real parser, time and memory
    # for that parser, and the depth of its result for our own recursive functions.
    check_nesting(html)
    return parse(parse_bounded(_normalise, html), MAX_DEPTH)


def _normalise(html: str) -> str:
    # The content of a frame is the only text that nh3 does not escape, so our parser would take it for elements.
    return FRAME.sub(r"\1</iframe>", _reader.clean(html))


def clean(body: Element) -> Markup:
    """Return safe HTML: only the elements of ``body`` that an article may contain, and only images of this site."""
    return Markup(_last_pass.clean(write(body.children)))  # noqa: S704 - the sanitiser has just made it


def is_usable_id(id_: str) -> bool:
    """Return whether an article may use this id: it has no spaces, and the page itself does not use it."""
    return USABLE_ID.fullmatch(id_) is not None and OWN_ID.fullmatch(id_) is None


def make_cleaner(is_image: Callable[[str], object], tags: frozenset[str] = TAGS | PICTURES) -> nh3.Cleaner:
    """Create a sanitiser that keeps allowed elements, and images only if ``is_image`` accepts their address."""
    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes=ATTRIBUTES,
        attribute_filter=_attribute_filter(is_image),
        url_schemes=SCHEMES,
        link_rel=None,  # By default, nh3 adds rel="noopener noreferrer" to all links.
        tag_attribute_values={"img": {"decoding": {"async"}, "loading": {"lazy"}}},
        set_tag_attribute_values={"pre": {"tabindex": "0"}},  # Wide code can then be scrolled with the keyboard.
    )


def _attribute_filter(is_image: Callable[[str], object]) -> Callable[[str, str, str], str | None]:
    def is_allowed(name: str, attribute: str, value: str) -> object:
        if attribute == "id":
            return is_usable_id(value)
        if attribute == "src":
            return is_image(value)
        if attribute == "srcset":
            return SRCSET.fullmatch(value)
        # A positive number would change the order in which the Tab key reaches the page's own links.
        if attribute == "tabindex":
            return value == "0"
        return attribute not in LENGTHS or name not in MATHML or MATH_LENGTH.fullmatch(value)

    def keep(name: str, attribute: str, value: str) -> str | None:
        if attribute == "class":
            return " ".join(_classes(name, value)) or None
        return value if is_allowed(name, attribute, value) else None

    return keep


def _classes(name: str, value: str) -> Iterator[str]:
    allowed = CLASSES.get(name, frozenset())
    for class_ in value.split():
        if class_ in allowed or (name == "code" and LANGUAGE.fullmatch(class_)):
            yield class_


def _make_reader() -> nh3.Cleaner:
    tags = TAGS | PLAYERS | CONTROLS | {"source"}
    attributes = {name: ATTRIBUTES.get(name, set()) | RAW_ATTRIBUTES.get(name, set()) for name in tags}
    return nh3.Cleaner(
        tags=set(tags),
        # nh3 refuses an element that is in both sets.
        clean_content_tags=set(DROPPED_WITH_CONTENT - tags),
        attributes=attributes | {"*": ATTRIBUTES["*"]},
        url_schemes=SCHEMES,
        link_rel=None,
    )


_reader = _make_reader()
_last_pass = make_cleaner(MEDIA.fullmatch)
