"""Requests to Akismet, stored as rows in the transaction that causes them. The worker sends them later."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from blog.comments.models import AuthorRole, Comment, CommentSignal, Status
from blog.comments.signals.models import AkismetRequest, RequestKind
from blog.config import settings
from blog.database import utc_now

NAME = "akismet"
"""The name of the signal of comments that Akismet called spam."""


def enqueue_check(session: Session, comment: Comment) -> None:
    """Store a request to check a new or edited comment, if the settings have an Akismet key."""
    if settings.akismet_key:
        _enqueue(session, comment.id, RequestKind.CHECK)


def enqueue_feedback(session: Session, decided: Sequence[tuple[Comment, str]]) -> None:
    """Store reports to Akismet of the decisions that contradict it; replace older requests for these comments.

    :param decided: comments with their new status; empty when an undo leaves no decision of a moderator in force.
    """
    verdicts = {comment.id: to for comment, to in decided if comment.author_role == AuthorRole.READER}
    if not settings.akismet_key or not verdicts:
        return
    # A decision makes a check that still waits needless, and an undo takes back a report that was not sent yet.
    session.execute(delete(AkismetRequest).where(AkismetRequest.comment_id.in_(verdicts)))
    is_named = (CommentSignal.comment_id.in_(verdicts), CommentSignal.name == NAME)
    called_spam = set(session.scalars(select(CommentSignal.comment_id).where(*is_named)))
    for comment_id, to in verdicts.items():
        # A rejection says nothing about spam, so it is not reported.
        if to == Status.SPAM and comment_id not in called_spam:
            _enqueue(session, comment_id, RequestKind.SPAM)
        if to == Status.APPROVED and comment_id in called_spam:
            _enqueue(session, comment_id, RequestKind.HAM)


def _enqueue(session: Session, comment_id: int, action: RequestKind) -> None:
    session.add(AkismetRequest(comment_id=comment_id, action=action, tries=0, not_before=utc_now()))
