"""HTML of an article, made safe: prose, tables, figures and code may stay; scripts, styles and other hosts may not.

The sanitiser is nh3 (https://nh3.readthedocs.io/), which parses as a browser does. What it cannot express is done
between two passes of it, on its own output, so that the last word on every element is always the sanitiser's.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import nh3
from markupsafe import Markup
from pygments.token import STANDARD_TYPES

from blog.markup import srcset, tokens
from blog.markup.nesting import check_nesting
from blog.markup.tokens import Token

TAGS = frozenset(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup "
    "table tbody td tfoot th thead time tr u ul var wbr".split()
)
PICTURES = frozenset({"picture", "source"})
"""Only we make these, around this site's images: whatever stood around an image before is gone after the first pass."""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
DROPPED_WITH_CONTENT = frozenset(
    "audio button canvas embed iframe math noscript object script select style svg template textarea title "
    "video".split()
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
    "ol": {"reversed", "start", "type"},
    "source": {"sizes", "srcset", "type"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"abbr", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
}
ALIGNMENTS = frozenset({"align-center", "align-left", "align-right"})
CLASSES = {
    "a": frozenset({"footnote-backref"}),
    "div": frozenset({"table-scroll"}),
    "hr": frozenset({"footnotes-sep"}),
    "li": frozenset({"footnote-item"}),
    "ol": frozenset({"footnotes-list"}),
    "pre": frozenset({"highlight"}),
    "section": frozenset({"footnotes"}),
    "span": frozenset(STANDARD_TYPES.values()) - {""},
    "sup": frozenset({"footnote-ref"}),
    "td": ALIGNMENTS,
    "th": ALIGNMENTS,
}
LANGUAGE = re.compile(r"language-[\w+#.-]{1,40}")
IMAGES_WAIT = {"loading": "lazy", "decoding": "async"}
MEDIA = re.compile(r"/media/[0-9a-z]+(?:-[0-9a-z]+)*\.[a-z]+")
SRCSET = re.compile(rf"{MEDIA.pattern} \d{{1,5}}w(?:, {MEDIA.pattern} \d{{1,5}}w)*")

OWN_ID = re.compile(
    r"(?:main|body|name|email|website|parent|nickname|submit|csrf_token|page|q|search|top)(?:[-_].*)?|(?:contents|related|series)-title|comments?(?:[-_].*)?",
    re.IGNORECASE,
)
"""The ids of the article page itself. An article that took one would lead links, labels and scripts astray."""
USABLE_ID = re.compile(r"\S{1,200}")

Filter = Callable[[str, str, str], str | None]

_ids: ContextVar[set[str]] = ContextVar("ids")
"""The ids that the document has which is just being cleaned."""


def clean_article(html: str) -> Markup:
    """Safe HTML for the body of an article.

    The page's own title is its only ``h1``: where ``html`` has any, all its headings go one level down. An image stays
    only where it is this site's (``/media/…``), offered in all its widths; one of another host becomes a link, since a
    page asks no other host for anything. Links lead to http, https, mailto or relative addresses. Cleaning twice
    changes nothing more.

    :raises TooDeep: the elements nest deeper than any text needs.
    """
    first = normal_html(html)
    changed = tokens.write(_scrolling(_localised(_demoted(tokens.read(first)))))
    return Markup(_pass(_safe, changed))  # noqa: S704 - the sanitiser has just made it


def normal_html(html: str) -> str:
    """``html`` with no more than the allowed elements, its images still referring to wherever they lie.

    It is for reading with :mod:`blog.markup.tokens`, and is not safe to show.

    :raises TooDeep: the elements nest deeper than any text needs.
    """
    check_nesting(html)
    return _pass(_normal, html)


def is_own_id(id_: str) -> bool:
    """Whether the article page itself has, or may have, an element with this id."""
    return OWN_ID.fullmatch(id_) is not None


def _pass(cleaner: nh3.Cleaner, html: str) -> str:
    _ids.set(set())
    return cleaner.clean(html)


def _cleaner(is_image: Callable[[str], object], tags: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes=ATTRIBUTES,
        attribute_filter=_filter(is_image),
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        tag_attribute_values={"img": {"decoding": {"async"}, "loading": {"lazy"}}},
        set_tag_attribute_values={"pre": {"tabindex": "0"}},
    )


def _filter(is_image: Callable[[str], object]) -> Filter:
    """What each attribute may hold. An id is given once in a document."""

    def keep(name: str, attribute: str, value: str) -> str | None:
        if attribute == "class":
            return " ".join(_classes(name, value)) or None
        if attribute == "id":
            seen = _ids.get()
            if value in seen or is_own_id(value) or not USABLE_ID.fullmatch(value):
                return None
            seen.add(value)
        if attribute == "src":
            return value if is_image(value) else None
        if attribute == "srcset":
            return value if SRCSET.fullmatch(value) else None
        if attribute == "tabindex":
            return value if value == "0" else None
        return value

    return keep


def _classes(name: str, value: str) -> Iterator[str]:
    allowed = CLASSES.get(name, frozenset())
    for class_ in value.split():
        if class_ in allowed or (name == "code" and LANGUAGE.fullmatch(class_)):
            yield class_


def _demoted(source: list[Token]) -> list[Token]:
    """All headings one level down, where there is one of the first level."""
    if not any(token.name == "h1" for token in source):
        return source
    below = dict(zip(HEADINGS, (*HEADINGS[1:], HEADINGS[-1]), strict=True))
    return [
        token._replace(raw=token.raw.replace(token.name, below[token.name], 1)) if token.name in below else token
        for token in source
    ]


def _localised(source: Iterable[Token]) -> Iterator[Token]:
    """Images of this site with an ``alt``; links, or within a link mere text, in place of all others."""
    links = 0
    for token in source:
        if token.name == "a":
            links += -1 if token.is_close else 1
        if token.name != "img":
            yield token
        elif MEDIA.fullmatch(token.attributes.get("src", "")):
            yield from _in_all_widths({"alt": ""} | token.attributes | IMAGES_WAIT)
        else:
            yield from _instead_of(token.attributes, is_in_link=links > 0)


def _in_all_widths(image: dict[str, str]) -> Iterator[Token]:
    """An ``img``, and where there are copies of it, a ``picture`` that offers them to the browser."""
    offered = srcset.sources(image["src"])
    if not offered:
        yield tokens.tag("img", image)
        return
    sizes = srcset.shown_width(image.get("width", ""))
    yield tokens.tag("picture", {})
    for source in offered:
        yield tokens.tag("source", {"type": source.type, "srcset": source.srcset, "sizes": sizes})
    yield from (tokens.tag("img", image), Token("</picture>", "picture", is_close=True))


def _scrolling(source: Iterable[Token]) -> Iterator[Token]:
    """Each outermost table within an element in which it scrolls by itself, so that a wide one moves no page."""
    depth, is_wrapped, before = 0, False, Token("")
    for token in source:
        is_table = token.name == "table"
        if is_table and not token.is_close:
            depth += 1
            is_wrapped = is_wrapped if depth > 1 else before.attributes.get("class") == "table-scroll"
            if depth == 1 and not is_wrapped:
                yield tokens.tag("div", {"class": "table-scroll", "tabindex": "0"})
        yield token
        if is_table and token.is_close:
            depth -= 1
            if depth == 0 and not is_wrapped:
                yield Token("</div>", "div", is_close=True)
        before = token


def _instead_of(image: dict[str, str], *, is_in_link: bool) -> Iterator[Token]:
    address = image.get("src", "")
    parts = urlsplit(address) if address.startswith(("http://", "https://", "//")) else None
    if parts is None or is_in_link:
        yield tokens.text(image.get("alt", ""))
        return
    words = image.get("alt") or PurePosixPath(unquote(parts.path)).name or parts.netloc
    yield from (tokens.tag("a", {"href": address}), tokens.text(words), Token("</a>", "a", is_close=True))


_normal = _cleaner(bool, TAGS)
_safe = _cleaner(MEDIA.fullmatch, TAGS | PICTURES)
