"""Parses the small part of Markdown that comments may use, and removes the links that may not be published.

It is CommonMark (https://spec.commonmark.org/) without raw HTML, images, headings and references. Bare addresses become
links only if they have a scheme, because ``setup.py`` is a file and not a host.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from linkify_it.main import LinkifyIt, Match
from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, autolink, link
from markdown_it.token import Token

from blog.markup.comment_limits import TooComplex
from blog.markup.comment_links import SCHEMES, is_publishable
from blog.unicode import has_visible_text, sanitize_text

MAX_NESTING = 20
"""Maximum levels of nesting; a quote is one level, a list two. The parser silently drops text that is nested deeper."""
BLOCK_RULES = ["blockquote", "fence", "hr", "list", "paragraph"]
INLINE_RULES = ["autolink", "backticks", "emphasis", "entity", "escape", "link", "linkify", "newline"]
BARE_SCHEMES = {"ftp:": None, "//": None}
"""Schemes of linkify-it that are switched off; http, https and mailto stay."""

SCHEME = re.compile(r"<([a-z][a-z0-9+.-]+):", re.IGNORECASE)
LINK_TARGET = re.compile(r"\(\s*<?(?:https?|mailto):", re.IGNORECASE)
MEANT_AS_LINK = re.compile(r"[a-z][a-z0-9+.-]+:|[/#?\\]|[^\s]*[./]", re.IGNORECASE)
CODE_BEFORE = re.compile(r"[A-Za-z0-9_)\]]")
"""Characters directly before ``[`` that suggest code, as in ``handlers[i](event)``."""

TYPOGRAPHIC = re.compile("[“”„«»‹›。、，！？；」』】》〉].*|[’‘…]+$", re.DOTALL)
"""Punctuation after an address that linkify-it wrongly includes in the address."""


class BareLinks(LinkifyIt):
    """linkify-it for addresses with a scheme only, without the typographic punctuation after them."""

    def __init__(self) -> None:
        super().__init__(BARE_SCHEMES, {"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[no-untyped-call]

    def match_at_start(self, text: str) -> Match | None:
        """Return the address at the beginning of ``text``, or ``None``."""
        found: Match | None = super().match_at_start(text)  # type: ignore[no-untyped-call]
        return found and _trimmed(found)

    def match(self, text: str) -> list[Match] | None:
        """Return the addresses in ``text``, or ``None`` if there are none."""
        found: list[Match] | None = super().match(text)  # type: ignore[no-untyped-call]
        return found and [_trimmed(match) for match in found]


def _trimmed(match: Match) -> Match:
    match.url = match.text = match.raw = TYPOGRAPHIC.sub("", match.raw)
    match.last_index = match.index + len(match.raw)
    return match


@dataclass
class Parsed:
    """The HTML of a comment, not yet sanitised, and what the parser found in the text."""

    html: str = ""
    refused_links: list[str] = field(default_factory=list)
    """Addresses that may not be published, as they were typed. The HTML has only the words of these links."""
    is_blank: bool = True
    """Whether the comment has no visible text."""


def parse(text: str) -> Parsed:
    """Parse ``text``; the caller has removed unwanted characters and limited its length and cost.

    :raises TooComplex: quotes and lists are nested so deeply that the parser would drop text.
    """
    parsed = Parsed()
    parsed.html = _markdown.render(text, {"parsed": parsed})
    return parsed


def _link(state: StateInline, silent: bool) -> bool:
    """Parse ``[words](address)``, unless it looks like code."""
    if state.src[state.pos] != "[":
        return False
    if state.pos and CODE_BEFORE.match(state.src[state.pos - 1]):
        end = state.md.helpers.parseLinkLabel(state, state.pos, True)
        if not LINK_TARGET.match(state.src, end + 1):
            return False
    return link(state, silent)


def _autolink(state: StateInline, silent: bool) -> bool:
    """Parse ``<https://…>`` or ``<ada@example.org>``, but not ``<std::string>``, which is code."""
    scheme = SCHEME.match(state.src, state.pos)
    if scheme is not None and scheme[1].lower() not in SCHEMES:
        return False
    return autolink(state, silent)


def _is_meant_as_link(url: str) -> bool:
    return MEANT_AS_LINK.match(url) is not None


def _sanitize(state: StateCore) -> None:
    """Remove unwanted characters again, since entities such as ``&#x202e;`` are characters now; set ``is_blank``."""
    parsed: Parsed = state.env["parsed"]
    for block in state.tokens:
        # Rather refuse the comment than lose its text, which the parser drops from the next level on.
        if block.level >= MAX_NESTING - 1:
            raise TooComplex
        for token in block.children or [block]:
            if token.type == "text":
                token.content = sanitize_text(token.content)
            if parsed.is_blank and token.type in {"text", "code_inline", "fence"}:
                parsed.is_blank = not has_visible_text(token.content)


def _check_links(state: StateCore) -> None:
    """Keep links that may be published; replace the others by their words, and store their addresses."""
    for block in state.tokens:
        if block.children:
            block.children = list(_checked(block.children, state.env["parsed"]))


def _checked(children: list[Token], parsed: Parsed) -> Iterator[Token]:
    is_refusing = False
    for number, token in enumerate(children):
        if token.type == "link_close" and is_refusing:
            is_refusing = False
            continue
        if token.type != "link_open":
            yield token
            continue
        typed = str(token.attrs["href"])
        address = normalizeLink(sanitize_text(typed))
        # Backslashes are searched in what was typed, because normalizeLink() turns them into %5C, which is allowed.
        is_refusing = "\\" in typed or not is_publishable(address)
        if is_refusing:
            parsed.refused_links += [typed] if typed else []
            continue
        token.attrs = {"href": address}
        yield token
        # A link without visible words could not be seen or judged, so its address is shown instead.
        if not _shows_words(children, number + 1):
            yield Token("text", "", 0, content=typed)


def _shows_words(children: list[Token], first: int) -> bool:
    """Return whether the link whose words begin at ``first`` has visible text."""
    for index in range(first, len(children)):
        token = children[index]
        if token.type == "link_close":
            break
        if token.type in {"text", "code_inline"} and has_visible_text(token.content):
            return True
    return False


def _make() -> MarkdownIt:
    options = {"breaks": True, "html": False, "linkify": True, "maxNesting": MAX_NESTING}
    # The preset "zero" has no rules, so a new version of the library cannot add syntax that nobody has checked.
    markdown = MarkdownIt("zero", options).enable([*BLOCK_RULES, *INLINE_RULES, "balance_pairs", "fragments_join"])
    markdown.linkify = BareLinks()
    # If markdown-it refused a link, its Markdown would be shown as text. So it accepts them, and check_links decides.
    markdown.validateLink = _is_meant_as_link  # type: ignore[method-assign]
    # Addresses stay as they were typed until they are checked, so that an error message can show them.
    markdown.normalizeLink = lambda url: url  # type: ignore[method-assign]
    markdown.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    markdown.inline.ruler.at("link", _link)
    markdown.inline.ruler.at("autolink", _autolink)
    # In this order, because check_links looks whether a link still has visible words after sanitize.
    markdown.core.ruler.push("sanitize", _sanitize)
    markdown.core.ruler.push("check_links", _check_links)
    return markdown


_markdown = _make()
