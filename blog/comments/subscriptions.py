"""Commenters ask for mail, confirm their address and end mail. Each function is one transaction."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from blog.comments.models import Comment, Status
from blog.comments.notices.limits import may_be_mailed
from blog.comments.status import change_status
from blog.comments.trust import is_published_by_trust
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.mail import blocked_addresses
from blog.mail.outbox import enqueue

# On PostgreSQL, another transaction can change the row between the read and the UPDATE of the status.
ATTEMPTS = 3


def enqueue_confirmation(session: Session, comment: Comment) -> None:
    """Ask the owner of the comment's address by mail to confirm the comment; at most once a day."""
    if may_be_mailed(session, comment):
        enqueue(session, "confirmation", comment.email, comment.id, utc_now().date(), comment_id=comment.id)


def subscribe(comment_id: int) -> None:
    """Note that the author wants mail about a comment. It is sent only after they have confirmed their address."""
    with write_transaction(db.session()) as session:
        comment = session.get_one(Comment, comment_id, populate_existing=True)
        session.execute(update(Comment).where(Comment.id == comment_id).values(mail_wanted=True))
        if comment.email_confirmed_at is None:
            enqueue_confirmation(session, comment)


def unsubscribe(comment_id: int) -> None:
    """End mail about a comment."""
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).where(Comment.id == comment_id).values(mail_wanted=False))


def confirm(comment_id: int) -> None:
    """Note that the owner of the address confirmed a comment. Under the policy ``first``, this can publish it."""
    for _ in range(ATTEMPTS):
        with write_transaction(db.session()) as session:
            comment = session.get_one(Comment, comment_id, populate_existing=True)
            if comment.email_confirmed_at is None:
                values = {"email_confirmed_at": utc_now()}
                session.execute(update(Comment).where(Comment.id == comment_id).values(values))
            # The confirmation is kept even if somebody changed the status at the same moment; then this is tried again.
            if not is_published_by_trust(session, comment) or change_status(session, comment, Status.APPROVED):
                return


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
