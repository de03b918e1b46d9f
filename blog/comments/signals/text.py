"""The words and the links of a comment, in the form in which they are compared."""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from blog.unicode import normalize

LINK = re.compile(r'<a href="([^"]*)"')
TAG = re.compile(r"<[^>]*>")
# Chinese, Japanese and Thai put no space between words: there, each character counts as one.
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")


@dataclass(frozen=True)
class Text:
    """What a comment shows: its ``plain`` text, its folded words in order, and the hosts that its links lead to."""

    plain: str
    words: tuple[str, ...]
    domains: tuple[str, ...]
    """One for each link, the same host as often as it is linked to."""


def text_of(body_html: str) -> Text:
    """Read the cleaned HTML of a comment, so that no Markdown stands in the middle of a word."""
    plain = html.unescape(TAG.sub("", body_html))
    domains = [domain_of(html.unescape(address)) for address in LINK.findall(body_html)]
    return Text(plain, words_of(plain), tuple(filter(None, domains)))


def words_of(text: str) -> tuple[str, ...]:
    """The words of ``text``, folded, in order."""
    return tuple(WORD.findall(fold(text)))


@lru_cache(maxsize=64)
def fold(text: str) -> str:
    """``text`` without case, accents and invisible characters, wide and fancy letters as plain ones."""
    decomposed = normalize("NFKD", text.casefold())
    if decomposed.isascii():
        return decomposed
    return "".join(c for c in decomposed if unicodedata.category(c) not in {"Mn", "Cf"}).casefold()


def domain_of(address: str) -> str:
    """The host of a web or mail address, in its ASCII form and without ``www.``; empty if there is none."""
    try:
        parts = urlsplit(address)
        host = parts.path.rpartition("@")[2].partition("?")[0] if parts.scheme == "mailto" else parts.hostname or ""
    except ValueError:
        return ""
    return normal_domain(host)


def normal_domain(host: str) -> str:
    """``host`` in small ASCII letters, without ``www.`` before it or a dot after it; empty where it is none."""
    try:
        plain = host.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return plain.removeprefix("www.")
