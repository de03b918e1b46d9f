"""Reads stylesheets, not as a full CSS parser but well enough to find what would break the others.

All stylesheets are joined into one. A missing or extra brace in one of them would break those after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

# “endless” is the last part: it matches only a comment or a string whose end the parts before it have not found.
TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/)|(?P<address>\burl\(\s*(?!["'])[^)]*\))"""
    r"""|(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?P<sign>[{};])|(?P<endless>/\*|["'])""",
    re.DOTALL,
)
"""Matches comments, addresses and strings, in which braces have no meaning, and the signs that end a statement."""
PROPERTY = re.compile(r"\s*(--[\w-]+)\s*:\s*(.*?)\s*", re.DOTALL)
DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")
ADDRESS = re.compile(r"""\burl\(\s*["']?([^"')]+?)["']?\s*\)|@import\s+["']([^"']+)""")
USE = re.compile(r"var\(\s*(--[\w-]+)")


@dataclass
class Unbalanced(Exception):
    """A brace, comment or quotation mark has no partner; ``line`` counts from 1."""

    line: int
    what: str


class Property(NamedTuple):
    """A custom property that a stylesheet sets; ``is_dark`` if it is set for the dark scheme only."""

    name: str
    value: str
    line: int
    is_dark: bool


@dataclass
class Stylesheet:
    """The custom properties that a stylesheet sets and uses, and the addresses in it with their line numbers."""

    properties: list[Property] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    addresses: list[tuple[int, str]] = field(default_factory=list)


def read(css: str) -> Stylesheet:
    """Read a stylesheet.

    :raises Unbalanced: a brace, comment or string is not closed, so that it would break the stylesheets after it.
    """
    # Comments become spaces, but line ends stay, so that line numbers are those of the file.
    bare = TOKEN.sub(lambda token: re.sub(r"[^\n]", " ", token[0]) if token["comment"] else token[0], css)
    found = Stylesheet(used=set(USE.findall(bare)))
    found.addresses = [(_line(bare, match.start()), match[1] or match[2]) for match in ADDRESS.finditer(bare)]
    found.properties = list(_properties(bare))
    return found


def _properties(css: str) -> Iterator[Property]:
    open_blocks: list[tuple[int, bool]] = []
    start = 0
    for position, sign in _punctuation(css):
        match = PROPERTY.fullmatch(css, start, position)
        if sign == "{":
            open_blocks.append((_line(css, position), bool(DARK.search(css, start, position))))
        elif match:
            yield Property(match[1], match[2], _line(css, match.start(1)), any(is_dark for _, is_dark in open_blocks))
        if sign == "}":
            if not open_blocks:
                raise Unbalanced(_line(css, position), "} without its {")
            open_blocks.pop()
        start = position + 1
    if open_blocks:
        raise Unbalanced(open_blocks[-1][0], "{ without its }")


def _punctuation(css: str) -> Iterator[tuple[int, str]]:
    """Yield the position and character of each brace and semicolon outside of comments, addresses and strings."""
    for token in TOKEN.finditer(css):
        if token["endless"]:
            raise Unbalanced(_line(css, token.start()), f"{token[0]} without its end")
        if token["sign"]:
            yield token.start(), token[0]


def _line(css: str, position: int) -> int:
    return css.count("\n", 0, position) + 1
