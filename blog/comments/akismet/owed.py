"""Requests to Akismet as rows: owed in the transaction that causes them, and nothing waits for them."""

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from blog.comments.akismet.client import Action
from blog.comments.models import AuthorRole, Comment, CommentSignal, Status
from blog.comments.signals.models import AkismetRequest
from blog.config import settings
from blog.database import utc_now

NAME = "akismet"
"""The signal that says what Akismet takes a comment for."""


def owe_check(session: Session, comment: Comment) -> None:
    """Ask Akismet later about a comment that came in or was edited, if the settings have a key."""
    if settings.akismet_key:
        _owe(session, comment.id, Action.CHECK)


def owe_feedback(session: Session, comment: Comment, to: str) -> None:
    """Tell Akismet later what a moderator decided, where it was wrong; what it was not told yet is replaced.

    :param to: the status that a moderator gave; empty where an undo leaves none that a moderator gave.
    """
    if not settings.akismet_key or comment.author_role != AuthorRole.READER:
        return
    session.execute(delete(AkismetRequest).where(AkismetRequest.comment_id == comment.id))
    is_named = (CommentSignal.comment_id == comment.id, CommentSignal.name == NAME)
    was_called_spam = session.scalar(select(exists().where(*is_named)))
    if to == Status.SPAM and not was_called_spam:
        _owe(session, comment.id, Action.SPAM)
    if to == Status.APPROVED and was_called_spam:
        _owe(session, comment.id, Action.HAM)


def _owe(session: Session, comment_id: int, action: Action) -> None:
    session.add(AkismetRequest(comment_id=comment_id, action=action, tries=0, not_before=utc_now()))
