"""The errors that commenters read when a whole request is refused.

Errors of single fields are in :mod:`blog.comments.forms`, those of edits in :mod:`blog.comments.editing`.
"""

from flask import Response
from flask_babel import gettext

# The text of too_fast() names the same time.
RETRY_AFTER_SECONDS = 60


def from_another_site() -> str:
    """The error for a form that another site sent."""
    return gettext("This came from another site. If you wrote it, send it from here.")


def comments_closed() -> str:
    """The error for a comment on an article that takes none."""
    return gettext("Comments on this article are closed, so yours was not stored.")


def sent_before() -> str:
    """The error for a comment that the same address sent before."""
    return gettext("You have sent this comment before; it was stored then.")


def parent_not_shown() -> str:
    """The error for a reply to a comment that readers do not see any more."""
    return gettext(
        "The comment that you replied to is not there any more, so your reply was not sent. "
        "You can send your text as a comment of its own."
    )


def thread_closed() -> str:
    """The error for a reply in a thread that a moderator closed."""
    return gettext(
        "The thread that you replied to is closed, so your reply was not sent. "
        "You can send your text as a comment of its own."
    )


def too_fast() -> str:
    """The error for a form that was sent too soon after others."""
    return gettext("That was a little too fast. Wait a minute, then send it again.")


def retry_later(response: Response) -> Response:
    """Tell the client in ``response``, the refusal of a rate limit, when to try again."""
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
