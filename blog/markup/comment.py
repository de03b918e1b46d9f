"""Turns a comment into safe HTML with a small part of Markdown, two sanitisers and our own rules for links.

bleach is the sanitiser that this project's owner chose. It gets no more releases, so nh3 cleans its output again with
the same allowlist. Which links may be published is decided before, in the parser, by :mod:`blog.markup.comment_links`.
"""

import threading
from dataclasses import dataclass

import nh3
from bleach.sanitizer import Cleaner
from markupsafe import Markup

from blog.markup.comment_limits import check_limits
from blog.markup.comment_links import SCHEMES
from blog.markup.comment_parser import parse
from blog.unicode import sanitize_text

CLEANER_VERSION = 2
"""Increase it when the same text gives different HTML than before."""

ALLOWED = {
    "a": {"href"},
    "ol": {"start"},
    **{tag: set[str]() for tag in ("blockquote", "br", "code", "em", "hr", "li", "p", "pre", "strong", "ul")},
}
RELATION = "nofollow ugc noopener"
"""The ``rel`` of links in comments. Search engines ignore such links, so they are worthless to spammers."""


@dataclass(frozen=True)
class CleanComment:
    """The HTML of a comment, and the addresses of links that may not be published and were removed."""

    html: Markup
    refused_links: tuple[str, ...] = ()
    is_blank: bool = False
    """Whether the comment has no visible text."""


def clean_comment(text: str) -> CleanComment:
    """Return safe HTML for a reader's text, whose length the caller has limited.

    :raises TooComplex: it would take too long to clean.
    """
    # The limits come before the parser, since they protect it; sanitize_text() comes first, so that the limits look
    # at the same text as the parser.
    text = sanitize_text(text)
    check_limits(text)
    parsed = parse(text)
    # nh3 comes last, since it is the one that is still maintained; it also adds the ``rel`` of links.
    html = _last_pass.clean(_first_pass.cleaner.clean(parsed.html))
    refused = tuple(dict.fromkeys(parsed.refused_links))
    return CleanComment(Markup(html), refused, parsed.is_blank)  # noqa: S704 - the sanitiser has just made it


class _FirstPass(threading.local):
    """bleach's Cleaner for each thread, because it is not thread-safe; a new one for each text took 0.07 ms."""

    def __init__(self) -> None:
        attributes = {tag: list(names) for tag, names in ALLOWED.items()}
        self.cleaner = Cleaner(tags=set(ALLOWED), attributes=attributes, protocols=set(SCHEMES))


_first_pass = _FirstPass()
_last_pass = nh3.Cleaner(tags=set(ALLOWED), attributes=ALLOWED, url_schemes=set(SCHEMES), link_rel=RELATION)
