"""Extracts the plain text of an article, for excerpts, search and feeds."""

from collections.abc import Iterator

from blog.markup.dom import INLINE, Element, parse

SKIPPED = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "figure", "summary"})
"""Elements whose text makes little sense outside of its context: headings, code, tables, captions."""
SKIPPED_CLASSES = frozenset({"footnotes", "footnote-ref"})
EXCERPT_CHARACTERS = 200


def plain_text(html: str) -> str:
    """Return the text of sanitised HTML on one line, without headings, code, tables and footnotes."""
    return running_text(parse(html))


def running_text(body: Element) -> str:
    """Return the same as :func:`plain_text`, but of a parsed document."""
    return " ".join("".join(_words(body)).split())


def _words(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
            continue
        # Spaces around blocks keep the last word of one paragraph apart from the first word of the next.
        is_line = child.name not in INLINE
        if is_line:
            yield " "
        if child.name not in SKIPPED and SKIPPED_CLASSES.isdisjoint(child.classes):
            yield from _words(child)
        if is_line:
            yield " "


def excerpt(text: str) -> str:
    """Return the beginning of ``text``, at most ``EXCERPT_CHARACTERS`` long, cut after a whole word if possible."""
    if len(text) <= EXCERPT_CHARACTERS:
        return text
    # One character more than allowed: if it is a space, the last word fits exactly.
    whole, space, _ = text[: EXCERPT_CHARACTERS + 1].rpartition(" ")
    return f"{whole if space else text[:EXCERPT_CHARACTERS]}".rstrip(" ,;:–—-") + "…"
