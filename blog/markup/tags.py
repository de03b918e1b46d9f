"""Finds the tags in HTML as a browser's tokenizer does: https://html.spec.whatwg.org/#tokenization.

Comments, values of attributes and the raw text of elements such as ``<script>`` can contain what looks like tags.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

# At "<" and a letter or one of "/!?", the expression always matches, so it never goes back to try something else.
# Its time is therefore linear. An unclosed comment or tag reaches to the end of the text.
TOKEN = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))
    |<(?:[!?]|/(?![a-zA-Z]))[^>]*  # a bogus comment
    |<(?P<end>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*)
        (?:
            [\t\n\f\r /]+
            |[^\t\n\f\r />][^\t\n\f\r />=]*  # the name of an attribute; only its first character may be "="
             (?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"[^"]*"?|'[^']*'?|[^\t\n\f\r "'>][^\t\n\f\r >]*)?)?
        )*
        (?P<close>>?)
    """,
    re.VERBOSE | re.DOTALL,
)
LIKE_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*)")
CDATA = "<![CDATA["
WITHOUT_TAGS = re.compile(r"<!--[^<]*?-->|<!\[CDATA\[[^<]*?\]\]>")
"""Comments and CDATA sections that contain no tags, whether they are read as such, as bogus comments or as text."""
RAW = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.ASCII | re.IGNORECASE)
    for name in "iframe noembed noframes noscript plaintext script style textarea title xmp".split()
}
"""For each element whose content is not HTML but raw text: where that text ends."""


class Tag(NamedTuple):
    """A tag of HTML; if it is not certain, it may be part of a comment or of raw text instead."""

    name: str
    is_end: bool
    length: int
    is_certain: bool = True


def tags(html: str, is_unclear: Callable[[], bool]) -> Iterator[Tag]:
    """Yield the tags of ``html`` in order, in linear time.

    Whether an element contains raw text, and what a CDATA section is, can depend on the elements around it. Where
    ``is_unclear()`` says so and it makes a difference, all that looks like a tag from there on is yielded as uncertain.
    """
    place = 0
    while token := TOKEN.search(html, place):
        start, place = token.span()
        if token["name"] is None:
            if html.startswith(CDATA, start) and is_unclear():
                section = WITHOUT_TAGS.match(html, start)
                if section is None:
                    yield from _uncertain(html, place=start)
                    return
                place = section.end()
            continue
        if not token["close"]:
            return  # The text ends within the tag, so it is none.
        tag = _tag(token)
        yield tag
        if tag.is_end or tag.name not in RAW:
            continue
        end = _end_of_raw_text(html, place, tag.name)
        if end > place and not _is_clear(tag.name, html[place:end], is_unclear):
            yield from _uncertain(html, place)
            return
        place = end


def _tag(token: re.Match[str], *, is_certain: bool = True) -> Tag:
    name = token["name"]
    # HTML ignores the case of ASCII letters only: lower() would also turn the Kelvin sign into a "k".
    return Tag(name.lower() if name.isascii() else name, bool(token["end"]), len(token[0]), is_certain)


def _end_of_raw_text(html: str, place: int, name: str) -> int:
    """Return where the raw text that begins at ``place`` ends; that of ``<plaintext>`` never does."""
    end = RAW[name].search(html, place) if name != "plaintext" else None
    return end.start() if end else len(html)


def _is_clear(name: str, text: str, is_unclear: Callable[[], bool]) -> bool:
    # "<!--<script>" in a script makes the next end tag a part of that script.
    if name == "script" and "<!--" in text and "<script" in text.lower():
        return False
    return not is_unclear() or "<" not in WITHOUT_TAGS.sub("", text)


def _uncertain(html: str, place: int) -> Iterator[Tag]:
    return (_tag(token, is_certain=False) for token in LIKE_TAG.finditer(html, place))
