"""Authors withdraw a comment, and can restore it within 30 days. Then ``erasure`` erases it."""

from datetime import datetime, timedelta

from blog.comments.models import Comment, Status
from blog.comments.status import change_status
from blog.database import utc_now, write_transaction
from blog.extensions import db

RESTORABLE = timedelta(days=30)
# On PostgreSQL, another transaction can change the row between the read and the UPDATE, which then changes nothing.
ATTEMPTS = 3


def restorable_until(comment: Comment) -> datetime | None:
    """Until when a withdrawn comment can be restored; ``None`` if it cannot."""
    if comment.status != Status.WITHDRAWN or comment.withdrawn_at is None:
        return None
    deadline = comment.withdrawn_at + RESTORABLE
    return deadline if utc_now() < deadline else None


def withdraw(comment_id: int) -> bool:
    """Take a comment off the page, whatever its state.

    :returns: ``False`` if it was withdrawn or erased already, or if it was changed at the same time in each attempt.
    """
    for _ in range(ATTEMPTS):
        with write_transaction(db.session()) as session:
            comment = session.get_one(Comment, comment_id, populate_existing=True)
            if comment.status in {Status.WITHDRAWN, Status.ERASED}:
                return False
            was = comment.status
            # The approved revision is kept for restore(); a withdrawn comment is not public in spite of it.
            values = {"approved_revision": comment.approved_revision, "withdrawn_from": was, "withdrawn_at": utc_now()}
            if change_status(session, comment, Status.WITHDRAWN, **values):
                return True
    return False


def restore(comment_id: int) -> bool:
    """Restore the earlier status of a withdrawn comment.

    :returns: ``False`` if it is not withdrawn, if it is too late, or if it was changed at the same time.
    """
    with write_transaction(db.session()) as session:
        comment = session.get_one(Comment, comment_id, populate_existing=True)
        if restorable_until(comment) is None:
            return False
        # A withdrawn comment cannot be edited, so its earlier status still fits its text.
        to = comment.withdrawn_from or Status.PENDING
        values = {"approved_revision": comment.approved_revision, "withdrawn_from": None, "withdrawn_at": None}
        return change_status(session, comment, to, **values)
