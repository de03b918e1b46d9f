"""Commenters ask for mail, confirm their address and end mail. Each function is one transaction."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from blog.comments.counts import lock_articles
from blog.comments.models import Comment, Status
from blog.comments.notices.limits import may_be_mailed
from blog.comments.status import change_status
from blog.comments.trust import is_published_by_trust
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.mail import blocked_addresses
from blog.mail.outbox import enqueue


def enqueue_confirmation(session: Session, comment: Comment) -> None:
    """Ask the owner of the comment's address by mail to confirm the comment; at most once a day."""
    if may_be_mailed(session, comment):
        enqueue(session, "confirmation", comment.email, comment.id, utc_now().date(), comment_id=comment.id)


def subscribe(comment_id: int) -> None:
    """Note that the author wants mail about a comment. It is sent only after they have confirmed their address.

    An erased comment stays as it is.
    """
    with write_transaction(db.session()) as session:
        left = (Comment.id == comment_id, Comment.status != Status.ERASED)
        session.execute(update(Comment).where(*left).values(mail_wanted=True))
        # After the UPDATE, which has locked the row: nobody can erase the comment from here on.
        comment = session.get_one(Comment, comment_id, populate_existing=True)
        if comment.status != Status.ERASED and comment.email_confirmed_at is None:
            enqueue_confirmation(session, comment)


def unsubscribe(comment_id: int) -> None:
    """End mail about a comment."""
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).where(Comment.id == comment_id).values(mail_wanted=False))


def confirm(comment_id: int) -> None:
    """Note that the owner of the address confirmed a comment. Under the policy ``first``, this can publish it."""
    with write_transaction(db.session()) as session:
        # Whoever changes a status locks the article before the comment. In the other order, this could deadlock.
        lock_articles(session, session.scalars(select(Comment.article_id).where(Comment.id == comment_id)).all())
        # Nobody else can change the status now, so what is read here is still true when it is changed.
        comment = session.get_one(Comment, comment_id, populate_existing=True)
        if comment.email_confirmed_at is None:
            values = {"email_confirmed_at": utc_now()}
            session.execute(update(Comment).where(Comment.id == comment_id).values(values))
        if is_published_by_trust(session, comment):
            change_status(session, comment, Status.APPROVED)


def send_link(comment_id: int) -> None:
    """Mail the link of the receipt to the address of the comment, within the limits."""
    with write_transaction(db.session()) as session:
        comment = session.get_one(Comment, comment_id, populate_existing=True)
        if may_be_mailed(session, comment):
            # The time makes each request a mail of its own; may_be_mailed() limits their number.
            enqueue(session, "receipt", comment.email, comment_id, utc_now().timestamp(), comment_id=comment_id)


def set_block(comment: Comment, *, is_blocked: bool) -> None:
    """Block all mail to the comment's address, or allow it again."""
    with write_transaction(db.session()) as session:
        (blocked_addresses.block if is_blocked else blocked_addresses.unblock)(session, comment.email)
