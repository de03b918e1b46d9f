"""Rewrites links in texts from a CMS: links to its own posts, tags and authors lead to this blog, others stay."""

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import urljoin, urlsplit

# Every repetition has a limit, so that a hostile text takes linear time.
HREF = re.compile(r"""(<a\s(?:[^<>]{0,2000}?\s)?href\s*=\s*)(?:"([^"<>]{0,2000})"|'([^'<>]{0,2000})')""", re.IGNORECASE)
FILE = re.compile(r"\.[A-Za-z0-9]{1,5}$")
NOT_PAGES = re.compile(r"/(?:content|ghost|members|wp-[a-z-]+|wp-login\.php)(?:/|$)")
"""Path prefixes where a CMS has files and forms, not posts."""
LIKE_HOST = ("//", "/\\")
"""Path prefixes after which a browser reads a host if the path stands alone."""


def is_page(path: str) -> bool:
    """Whether ``path`` may be a post, a tag or an author of the CMS, so that this blog can redirect it."""
    return not FILE.search(path) and not NOT_PAGES.match(path)


def with_own_links(html: str, address: str, cms: str, is_own: Callable[[str], bool] = is_page) -> str:
    """``html`` of the post at ``address`` in the CMS at ``cms``, with relative links made absolute.

    Links to pages of the CMS for which ``is_own`` is true become paths of this blog, which redirects former addresses.
    """
    host = urlsplit(cms).netloc

    def resolve(found: re.Match[str]) -> str:
        target = _resolved(unescape(found[2] if found[2] is not None else found[3]).strip(), address)
        parts = urlsplit(target)
        # An address such as “/?p=12” stays: former addresses here are paths, so this blog could not redirect it.
        is_on_cms = parts.netloc == host and not parts.query and not parts.path.startswith(LIKE_HOST)
        if is_on_cms and is_own(parts.path):
            target = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
        return f'{found[1]}"{escape(target)}"'

    return HREF.sub(lambda found: _unless_broken(resolve, found), html)


def _resolved(link: str, address: str) -> str:
    return link if link.startswith("#") or not link else urljoin(address, link)


def _unless_broken(resolve: Callable[[re.Match[str]], str], found: re.Match[str]) -> str:
    """Replace a link; keep one that is not a valid URL, because the sanitiser decides about it later."""
    try:
        return resolve(found)
    except ValueError:
        return found[0]
