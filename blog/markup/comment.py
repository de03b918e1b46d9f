"""Turns a comment into safe HTML with a small part of Markdown, two sanitisers and our own rules for links.

The parser removes links that may not be published (:mod:`blog.markup.comment_links`), and the sanitisers clean the HTML
that it makes (:mod:`blog.markup.comment_sanitizer`).
"""

from dataclasses import dataclass

from markupsafe import Markup

from blog.markup import comment_sanitizer
from blog.markup.comment_limits import check_limits
from blog.markup.comment_parser import parse
from blog.unicode import sanitize_text

CLEANER_VERSION = 2
"""Increase it when the same text gives different HTML than before."""


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
    refused = tuple(dict.fromkeys(parsed.refused_links))
    return CleanComment(comment_sanitizer.clean(parsed.html), refused, parsed.is_blank)
