"""References in HTML that will be read far from its page."""

from urllib.parse import urljoin

from blog.markup import tokens
from blog.markup.tokens import Token

REFERRING = frozenset({"a", "img", "source"})


def absolute_html(html: str, page: str) -> str:
    """``html`` as a sanitiser wrote it, with full addresses in all links and images; its page is at ``page``."""
    return tokens.write(_absolute(token, page) for token in tokens.read(html))


def _absolute(token: Token, page: str) -> Token:
    if token.name not in REFERRING or token.is_close:
        return token
    attributes = token.attributes
    for name in ("href", "src"):
        if name in attributes:
            attributes[name] = _joined(page, attributes[name])
    if "srcset" in attributes:
        # Our own image addresses hold neither spaces nor commas.
        candidates = (candidate.split() for candidate in attributes["srcset"].split(","))
        joined = (" ".join([_joined(page, first), *size]) for first, *size in candidates)
        attributes["srcset"] = ", ".join(joined)
    return tokens.tag(token.name, attributes)


def _joined(page: str, reference: str) -> str:
    """The full address; a reference so malformed that it has none stays as it is."""
    try:
        return urljoin(page, reference)
    except ValueError:
        return reference
