"""A reader's text made safe HTML: a small part of Markdown, two sanitisers, and a link policy of our own.

Markdown is CommonMark (https://spec.commonmark.org/) without raw HTML, images, headings and references. bleach is the
sanitiser that this project's owner chose; nothing maintains it any more, so its output passes nh3 with the same
allowlist. Neither knows which links may be published: :func:`is_publishable` does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import nh3
from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

from blog.unicode import UNWANTED, sanitize_text

CLEANER_VERSION = 1
"""Counts up whenever the same text would give other HTML."""

MAX_NESTING = 12
MARKS = frozenset('<>&"*_[]`\\')
MAX_MARKS = 1_500
MAX_LINES = 500
"""Each mark and each line costs the parsers many times what a letter costs. No prose of that length has as many."""

ALLOWED = {
    "a": {"href"},
    **{tag: set[str]() for tag in ("blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul")},
}
SCHEMES = {"http", "https", "mailto"}
RELATION = "nofollow ugc noopener"

BLOCK_RULES = ["blockquote", "fence", "list", "paragraph"]
INLINE_RULES = ["autolink", "backticks", "emphasis", "entity", "escape", "link", "newline"]
WEB_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"“”]+[^\s<>\"“”.,:;!?'’)\]}]", re.IGNORECASE)
NEVER_IN_ADDRESSES = frozenset('"<>\\`')
HOST = re.compile(r"\w[\w.-]*|[\da-f:.]+:[\da-f:.]+")


class TooIntricate(ValueError):
    """A text has so many signs or lines that it would take too long to clean."""


@dataclass(frozen=True)
class CleanComment:
    """The HTML of a comment, and the addresses in it that may not be published, which stand there as plain text."""

    html: Markup
    refused_links: tuple[str, ...] = ()


def clean_comment(text: str) -> CleanComment:
    """Safe HTML for what a reader wrote. The length of ``text`` is the caller's to bound; nesting is bounded here.

    :raises TooIntricate: it has more than ``MAX_LINES`` lines, or more than ``MAX_MARKS`` signs that mean something in
        Markdown or HTML.
    """
    if text.count("\n") > MAX_LINES or sum(character in MARKS for character in text) > MAX_MARKS:
        raise TooIntricate
    refused: list[str] = []
    rendered = _markdown.render(sanitize_text(text), {"refused": refused})
    # A shared Cleaner would mix the texts of threads that clean at once.
    cleaner = Cleaner(
        tags=set(ALLOWED), attributes={tag: list(names) for tag, names in ALLOWED.items()}, protocols=SCHEMES
    )
    html = _last_pass.clean(cleaner.clean(rendered))
    return CleanComment(Markup(html), tuple(dict.fromkeys(refused)))  # noqa: S704 - the sanitiser has just made it


def is_publishable(address: str) -> bool:
    """Whether a comment may link to ``address``: absolute http(s) with a host and no credentials, or mailto."""
    try:
        parts = urlsplit(address)
        has_credentials = "@" in parts.netloc
    except ValueError:
        return False
    if any(c.isspace() or c in NEVER_IN_ADDRESSES or UNWANTED.match(c) for c in address):
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in SCHEMES and HOST.fullmatch(parts.hostname or "") is not None and not has_credentials


def _link_addresses(state: StateCore) -> None:
    """Make links of bare web addresses, as readers expect them."""
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = list(_linked(block.children))


def _linked(children: list[Token]) -> Iterator[Token]:
    depth = 0
    for token in children:
        depth += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type != "text" or depth:
            yield token
            continue
        end = 0
        for found in WEB_ADDRESS.finditer(token.content):
            yield Token("text", "", 0, content=token.content[end : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": found[0]})
            yield Token("text", "", 0, content=found[0])
            yield Token("link_close", "a", -1)
            end = found.end()
        yield Token("text", "", 0, content=token.content[end:])


def _refuse_links(state: StateCore) -> None:
    """Leave the words of a link that may not be published, and note its address."""
    for block in state.tokens:
        if block.type == "inline" and block.children:
            block.children = list(_published(block.children, state.env["refused"]))


def _published(children: list[Token], refused: list[str]) -> Iterator[Token]:
    is_refusing = False
    for token in children:
        if token.type == "link_open" and not is_publishable(str(token.attrs["href"])):
            refused.append(str(token.attrs["href"]))
            is_refusing = True
        elif token.type == "link_close" and is_refusing:
            is_refusing = False
        else:
            yield token


def _make() -> MarkdownIt:
    options = {"breaks": True, "html": False, "maxNesting": MAX_NESTING}
    markdown = MarkdownIt("zero", options).enable([*BLOCK_RULES, *INLINE_RULES, "balance_pairs", "fragments_join"])
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    markdown.core.ruler.push("link_addresses", _link_addresses)
    markdown.core.ruler.push("refuse_links", _refuse_links)
    return markdown


_markdown = _make()
_last_pass = nh3.Cleaner(tags=set(ALLOWED), attributes=ALLOWED, url_schemes=SCHEMES, link_rel=RELATION)
