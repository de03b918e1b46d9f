"""Requests to Akismet, stored as rows in the transaction that causes them. The worker sends them later."""

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from blog.comments.akismet.client import RequestKind
from blog.comments.models import AuthorRole, Comment, CommentSignal, Status
from blog.comments.signals.models import AkismetRequest
from blog.config import settings
from blog.database import utc_now

NAME = "akismet"
"""The name of the signal of comments that Akismet called spam."""


def enqueue_check(session: Session, comment: Comment) -> None:
    """Store a request to check a new or edited comment, if the settings have an Akismet key."""
    if settings.akismet_key:
        _enqueue(session, comment.id, RequestKind.CHECK)


def enqueue_feedback(session: Session, comment: Comment, to: str) -> None:
    """Store a report to Akismet if a moderator's decision contradicts it; replace older requests for the comment.

    :param to: the new status; empty when an undo leaves no decision of a moderator in force.
    """
    if not settings.akismet_key or comment.author_role != AuthorRole.READER:
        return
    session.execute(delete(AkismetRequest).where(AkismetRequest.comment_id == comment.id))
    is_named = (CommentSignal.comment_id == comment.id, CommentSignal.name == NAME)
    was_called_spam = session.scalar(select(exists().where(*is_named)))
    if to == Status.SPAM and not was_called_spam:
        _enqueue(session, comment.id, RequestKind.SPAM)
    if to == Status.APPROVED and was_called_spam:
        _enqueue(session, comment.id, RequestKind.HAM)


def _enqueue(session: Session, comment_id: int, action: RequestKind) -> None:
    session.add(AkismetRequest(comment_id=comment_id, action=action, tries=0, not_before=utc_now()))
