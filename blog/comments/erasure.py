"""Erases comments: all that their authors wrote goes, and their place in the thread stays."""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from blog.comments.counts import lock_articles
from blog.comments.models import Comment, CommentRevision, Status
from blog.comments.signals import delete_findings
from blog.comments.status import change_status
from blog.comments.withdrawal import RESTORABLE
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.mail import outbox

BATCH_SIZE = 100

EMPTY: dict[str, Any] = dict.fromkeys(
    "name email email_key website body body_html network user_agent accept_language held_reason author_reason".split(),
    "",
)
"""The columns that erasing empties. A comment's place in the thread and its time stay."""


def erase(session: Session, comment: Comment) -> bool:
    """Delete the text and the personal data of a comment, within the caller's write transaction.

    :returns: ``False``, with nothing written, if the row was changed since it was read.
    """
    values = EMPTY | {
        # The old hash could confirm a guess of the address and the text. The new one is random and not empty, because
        # no two comments on an article may have the same.
        "fingerprint": secrets.token_hex(32),
        "withdrawn_from": None,
        "edited_at": None,
        "edited_by_moderator": False,
        "mail_wanted": False,
        "email_confirmed_at": None,
    }
    # Read first: the UPDATE also empties the object in the session.
    email = comment.email
    if not change_status(session, comment, Status.ERASED, **values):
        return False
    # The mail about a reply names that reply, but goes to the author of its parent.
    replies = session.scalars(select(Comment.id).where(Comment.parent_id == comment.id))
    outbox.delete_mails(session, email, [comment.id, *replies])
    session.execute(delete(CommentRevision).where(CommentRevision.comment_id == comment.id))
    delete_findings(session, comment.id)
    return True


def erase_batch(session: Session, comments: Sequence[Comment]) -> int:
    """Erase several comments within the caller's write transaction; return how many were erased."""
    # All at once, which is in a fixed order. Each erase() alone would lock them in the order of the comments.
    lock_articles(session, {comment.article_id for comment in comments})
    return sum(erase(session, comment) for comment in comments)


def erase_withdrawn() -> int:
    """Erase comments that were withdrawn more than 30 days ago, one transaction per batch; return their number."""
    erased = 0
    while True:
        due = (Comment.status == Status.WITHDRAWN, Comment.withdrawn_at <= utc_now() - RESTORABLE)
        with write_transaction(db.session()) as session:
            comments = session.scalars(
                select(Comment)
                .where(*due)
                .order_by(Comment.withdrawn_at)
                .limit(BATCH_SIZE)
                .execution_options(populate_existing=True)
            ).all()
            done = erase_batch(session, comments)
        erased += done
        # If others have just changed all comments of a full batch, this stops instead of reading the same rows forever.
        if len(comments) < BATCH_SIZE or not done:
            return erased
