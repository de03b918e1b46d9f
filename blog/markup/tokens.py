"""Reading HTML that a sanitiser wrote: its tags are whole, its quotes are paired, and text holds no ``<`` or ``>``.

That is the output of html5ever's serialiser (https://html.spec.whatwg.org/#serialising-html-fragments), which nh3 uses.
Nothing here is fit for HTML that comes from anywhere else.
"""

import html
import re
from collections.abc import Iterable
from typing import NamedTuple

TOKEN = re.compile(r'<(/?)([a-zA-Z][\w-]*)((?:[^>"]|"[^"]*")*)>|[^<]+|<')
ATTRIBUTE = re.compile(r'([^\s=">/]+)="([^"]*)"')

VOID = frozenset({"br", "col", "embed", "hr", "img", "input", "source", "wbr"})
INLINE = frozenset(
    "a abbr b bdi bdo cite code del dfn em i img ins kbd mark picture q s samp small source span strong sub sup time u "
    "var wbr".split()
)
"""Elements that stand within a line. All others end one text and begin the next."""


class Token(NamedTuple):
    """A piece of HTML: text (its ``name`` is empty), an opening or a closing tag."""

    raw: str
    name: str = ""
    is_close: bool = False

    @property
    def is_text(self) -> bool:
        """Whether this is text between tags."""
        return not self.name

    @property
    def is_open(self) -> bool:
        """Whether an element begins here that ends at a later token."""
        return bool(self.name) and not self.is_close and self.name not in VOID

    @property
    def text(self) -> str:
        """What a reader sees of a text token."""
        return html.unescape(self.raw)

    @property
    def attributes(self) -> dict[str, str]:
        """A tag's attributes with their real values."""
        return {name: html.unescape(value) for name, value in ATTRIBUTE.findall(self.raw)}


def read(source: str) -> list[Token]:
    """The tokens of ``source`` in order; put together again they are ``source``."""
    return [
        Token(found[0], (found[2] or "").lower(), found[1] == "/") if found[2] else Token(found[0])
        for found in TOKEN.finditer(source)
    ]


def write(tokens: Iterable[Token]) -> str:
    """The HTML that ``tokens`` make."""
    return "".join(token.raw for token in tokens)


def tag(name: str, attributes: dict[str, str]) -> Token:
    """An opening tag with ``attributes``, quoted as a sanitiser quotes them."""
    pairs = "".join(f' {attribute}="{html.escape(value)}"' for attribute, value in attributes.items())
    return Token(f"<{name}{pairs}>", name)


def text(words: str) -> Token:
    """A text token that shows ``words``."""
    return Token(html.escape(words, quote=False))
