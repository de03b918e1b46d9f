"""The words of an article without its markup, for excerpts."""

from blog.markup import tokens
from blog.markup.tokens import INLINE, Token

SKIPPED = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "figure", "summary"})
"""Elements whose words say little outside their place: headings, code, tables, captions."""
EXCERPT_CHARACTERS = 200


def plain_text(html: str) -> str:
    """The running text of HTML that a sanitiser wrote, on one line; without headings, code, tables and footnotes."""
    words: list[str] = []
    skipping = 0
    for token in tokens.read(html):
        if token.is_text and not skipping:
            words.append(token.text)
        elif token.name not in INLINE or token.name == "br":
            words.append(" ")
        if skipping and (token.is_open or token.is_close):
            skipping += -1 if token.is_close else 1
        elif token.is_open and _is_skipped(token):
            skipping = 1
    return " ".join("".join(words).split())


def excerpt(text: str) -> str:
    """The beginning of ``text``, up to the end of a word at about ``EXCERPT_CHARACTERS``."""
    if len(text) <= EXCERPT_CHARACTERS:
        return text
    whole, space, _ = text[: EXCERPT_CHARACTERS + 1].rpartition(" ")
    return f"{whole if space else text[:EXCERPT_CHARACTERS]}".rstrip(" ,;:–—-") + "…"


def _is_skipped(token: Token) -> bool:
    return token.name in SKIPPED or token.attributes.get("class") in {"footnotes", "footnote-ref"}
