"""Links inside a CMS's texts: those to its own posts, tags and authors lead to this blog, others to what they name."""

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

HREF = re.compile(r"""(<a\s(?:[^<>]{0,2000}?\s)?href\s*=\s*)(?:"([^"<>]{0,2000})"|'([^'<>]{0,2000})')""", re.IGNORECASE)
FILE = re.compile(r"\.[A-Za-z0-9]{1,5}$")
NOT_PAGES = re.compile(r"/(?:content|ghost|members|wp-[a-z-]+|wp-login\.php)(?:/|$)")
"""Beginnings of addresses at which a CMS has files and forms, and no posts."""


def is_page(path: str) -> bool:
    """Whether a CMS has a post, a tag or an author at ``path``, or something else that a former address here may be."""
    return not FILE.search(path) and not NOT_PAGES.match(path)


def with_own_links(html: str, address: str, cms: str, is_own: Callable[[str], bool] = is_page) -> str:
    """``html`` of the piece at ``address`` in the CMS at ``cms``, its links resolved.

    A link to a page of the CMS, for which ``is_own`` holds, becomes a path of this blog: former addresses lead on here.
    """
    host = urlsplit(cms).netloc

    def resolve(found: re.Match[str]) -> str:
        target = _resolved(unescape(found[2] if found[2] is not None else found[3]).strip(), address)
        parts = urlsplit(target)
        if parts.netloc == host and not parts.query and is_own(parts.path):
            target = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
        return f'{found[1]}"{escape(target)}"'

    return HREF.sub(lambda found: _unless_broken(resolve, found), html)


def _resolved(link: str, address: str) -> str:
    return link if link.startswith("#") or not link else urljoin(address, link)


def _unless_broken(resolve: Callable[[re.Match[str]], str], found: re.Match[str]) -> str:
    """A link that is not an address stays as it is; the sanitiser decides on it."""
    try:
        return resolve(found)
    except ValueError:
        return found[0]
