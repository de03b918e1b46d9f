"""The words and the links of a comment, in the form in which they are compared."""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from blog.unicode import normalize

# Only for HTML that the cleaner wrote: href comes first and in double quotes, and no attribute contains a “>”.
LINK = re.compile(r'<a href="([^"]*)"')
TAG = re.compile(r"<[^>]*>")
# Chinese, Japanese and Thai put no spaces between words, so each character counts as a word.
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
WORD = re.compile(f"[{UNSPACED}]|[^\\W_{UNSPACED}]+")
UNSPACED_CHARACTER = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True)
class Text:
    """The visible text of a comment, its folded words in order, and the hosts of its links."""

    plain: str
    words: tuple[str, ...]
    domains: tuple[str, ...]
    """One host per link, in order, with repetitions."""


def text_of(body_html: str) -> Text:
    """Read the text from the cleaned HTML of a comment, where no Markdown can split a word."""
    # Tags go before entities are read, because “&lt;b&gt;” is text. Nothing takes their place: emphasis may stand
    # inside a word, and between blocks the cleaner writes line breaks.
    plain = html.unescape(TAG.sub("", body_html))
    domains = [domain_of(html.unescape(address)) for address in LINK.findall(body_html)]
    return Text(plain, words_of(plain), tuple(filter(None, domains)))


def words_of(text: str) -> tuple[str, ...]:
    """The words of ``text``, folded, in order."""
    return tuple(WORD.findall(fold(text)))


def is_unspaced(word: str) -> bool:
    """Whether ``word`` is a character of a text without spaces between words."""
    return UNSPACED_CHARACTER.fullmatch(word) is not None


@lru_cache(maxsize=64)
def fold(text: str) -> str:
    """``text`` without case, accents and invisible characters, with wide and decorative letters as plain ones."""
    decomposed = normalize("NFKD", text.casefold())
    # casefold() does not know decorative capitals, of which NFKD makes plain ones, so it is needed again.
    if decomposed.isascii():
        return decomposed.casefold()
    return "".join(c for c in decomposed if unicodedata.category(c) not in {"Mn", "Cf"}).casefold()


def domain_of(address: str) -> str:
    """The host of a web or mail address, in ASCII and without ``www.``; empty if it has none."""
    try:
        parts = urlsplit(address)
        host = parts.path.rpartition("@")[2] if parts.scheme == "mailto" else parts.hostname or ""
    except ValueError:
        return ""
    return normal_domain(host)


def normal_domain(host: str) -> str:
    """``host`` in small ASCII letters, without a leading ``www.`` or a trailing dot; empty if it is not valid."""
    try:
        plain = host.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return plain.removeprefix("www.")
