"""The mails that an event causes. They are stored in the transaction of the event."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from blog.comments.look_alikes import skeleton
from blog.comments.models import AuthorRole, Comment, Status
from blog.config import settings
from blog.content.models import Article
from blog.database import utc_now
from blog.mail import is_configured
from blog.mail.models import MailState, OutboxMail
from blog.mail.outbox import enqueue

UNDO_TIME = timedelta(minutes=2)
"""The delay before a rejection is mailed, so that a moderator who pressed the wrong key can undo it."""


def enqueue_new_text_mail(session: Session, comment: Comment, delay: timedelta | None = None) -> None:
    """Mail the moderators about a new or edited comment, if it still waits after ``delay``."""
    if comment.status != Status.PENDING or not is_configured(settings):
        return
    for address in settings.mail_moderators:
        identity = (comment.id, comment.revision, address)
        about = {"comment_id": comment.id, "version": comment.revision}
        enqueue(session, "pending", address, *identity, due_at=_next_digest(delay), **about)


def enqueue_decision_mail(session: Session, comment: Comment, to: str, version: int, *, is_undo: bool) -> None:
    """Mail the author, if they want mail, that a moderator gave ``comment`` the status ``to``.

    :param version: the version of the comment's row after the decision.
    """
    if to not in {Status.APPROVED, Status.REJECTED} or not comment.wants_mail or not is_configured(settings):
        return
    if is_undo and _is_unsent(session, comment, version - 1):
        return  # the author has not been mailed about the undone decision, and will not be
    due_at = utc_now() + UNDO_TIME if to == Status.REJECTED else None
    about = {"comment_id": comment.id, "version": version}
    enqueue(session, "decision", comment.email, comment.id, version, due_at=due_at, **about)


def enqueue_publication_mails(session: Session, comments: Sequence[Comment]) -> None:
    """Mail the authors of the parents, if they want mail, and of the articles that ``comments`` are public.

    Each table is read once.
    """
    if not is_configured(settings):
        return
    parents = _parents(session, comments)
    addresses = _author_addresses(session, comments)
    for comment in comments:
        parent = parents.get(comment.parent_id or 0)
        if parent is not None and parent.wants_mail and parent.email_key != comment.email_key:
            # The identity has no version: a reply that is hidden and shown again is mailed once.
            enqueue(session, "reply", parent.email, comment.id, comment_id=comment.id)
        if comment.author_role != AuthorRole.AUTHOR:
            for address in addresses.get(comment.article_id, []):
                if address.casefold() != comment.email_key:
                    enqueue(session, "author", address, comment.id, address, comment_id=comment.id)


def _parents(session: Session, comments: Sequence[Comment]) -> dict[int, Comment]:
    ids = {comment.parent_id for comment in comments if comment.parent_id}
    if not ids:
        return {}
    return {parent.id: parent for parent in session.scalars(select(Comment).where(Comment.id.in_(ids)))}


def _author_addresses(session: Session, comments: Sequence[Comment]) -> dict[int, list[str]]:
    """The mail addresses of the authors of each article, as far as the settings know them."""
    if not settings.mail_authors:
        return {}
    articles = select(Article.id, Article.labels).where(Article.id.in_({comment.article_id for comment in comments}))
    found = {}
    for article_id, labels in session.execute(articles):
        authors = {skeleton(name) for _, name in (labels or {}).get("authors", [])}
        found[article_id] = sorted({to for name, to in settings.mail_authors.items() if skeleton(name) in authors})
    return found


def _is_unsent(session: Session, comment: Comment, version: int) -> bool:
    mail = select(OutboxMail.id).where(OutboxMail.comment_id == comment.id, OutboxMail.kind == "decision")
    return session.scalar(mail.where(OutboxMail.version == version, OutboxMail.state == MailState.WAITING)) is not None


def _next_digest(delay: timedelta | None) -> datetime:
    """When the moderators' next digest after ``delay`` is due: at the full hour for 60 minutes, and so on."""
    now = utc_now() + (delay or timedelta())
    pause = settings.mail_digest_minutes * 60
    if not pause:
        return now
    # By the clock, and not from the first comment on: mails become one digest only if they are due together.
    return now + timedelta(seconds=pause - now.timestamp() % pause)
