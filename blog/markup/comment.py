"""A comment as safe HTML: a small part of Markdown, two sanitisers, and our own link policy.

bleach is the sanitiser that this project's owner chose; it gets no more releases, so its output passes nh3 with the
same allowlist. Neither knows which links may be published: :mod:`blog.markup.links` does.
"""

from dataclasses import dataclass

import nh3
from bleach.sanitizer import Cleaner
from markupsafe import Markup

from blog.markup.comment_limits import check_limits
from blog.markup.comment_parser import parse
from blog.markup.links import SCHEMES
from blog.unicode import sanitize_text

CLEANER_VERSION = 2
"""Counts up whenever the same text would give other HTML."""

ALLOWED = {
    "a": {"href"},
    "ol": {"start"},
    **{tag: set[str]() for tag in ("blockquote", "br", "code", "em", "hr", "li", "p", "pre", "strong", "ul")},
}
RELATION = "nofollow ugc noopener"


@dataclass(frozen=True)
class CleanComment:
    """The HTML of a comment, and the addresses in it that may not be published, which stand there as plain text."""

    html: Markup
    refused_links: tuple[str, ...] = ()
    is_blank: bool = False
    """Whether a reader would see nothing."""


def clean_comment(text: str) -> CleanComment:
    """Safe HTML for what a reader wrote. The caller bounds the length of ``text``.

    :raises TooComplex: it would take too long to clean.
    """
    text = sanitize_text(text)
    check_limits(text)
    parsed = parse(text)
    # A shared Cleaner would mix the texts of threads that clean at once.
    cleaner = Cleaner(
        tags=set(ALLOWED), attributes={tag: list(names) for tag, names in ALLOWED.items()}, protocols=set(SCHEMES)
    )
    html = _last_pass.clean(cleaner.clean(parsed.html))
    refused = tuple(dict.fromkeys(parsed.refused_links))
    return CleanComment(Markup(html), refused, parsed.is_blank)  # noqa: S704 - the sanitiser has just made it


_last_pass = nh3.Cleaner(tags=set(ALLOWED), attributes=ALLOWED, url_schemes=set(SCHEMES), link_rel=RELATION)
