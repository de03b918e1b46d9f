"""Mail to commenters: asked for, confirmed, and ended. Each is one transaction."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from blog.comments.models import Comment, Status
from blog.comments.policy import comment_policy, first_status, verdict
from blog.comments.status import change_status
from blog.comments.trust import is_trusted
from blog.config import CommentPolicy, settings
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.mail import blocks, is_configured
from blog.mail.models import OutboxMail
from blog.mail.outbox import owe

UNCONFIRMED = ("confirmation", "receipt")
"""The mails that go to an address which nobody has confirmed."""
MAX_UNCONFIRMED = 3
"""How many of them an address gets in ``WITHIN``, however many comments are sent with it."""
MAX_TRUSTED = 20
"""The same for an address that is trusted, whose owner wants to confirm every comment."""
WITHIN = timedelta(hours=24)
ATTEMPTS = 3


def owe_confirmation(session: Session, comment: Comment) -> None:
    """Ask the owner of the comment's address, by mail, whether the comment is theirs; at most once a day."""
    if _may_be_mailed(session, comment):
        owe(session, "confirmation", comment.email, comment.id, utc_now().date(), comment_id=comment.id)


def expects_confirmation(session: Session, comment: Comment) -> bool:
    """Whether a new comment would be published if the owner of its address confirmed it: then they are asked."""
    is_clean = first_status(CommentPolicy.FIRST, verdict(comment.signals), is_trusted=True) is Status.APPROVED
    return is_configured(settings) and is_clean and is_trusted(session, comment.email)


def subscribe(comment_id: int) -> None:
    """Its author wants mail about a comment. None is sent before the address is confirmed."""
    with write_transaction(db.session()) as session:
        comment = session.get_one(Comment, comment_id, populate_existing=True)
        session.execute(update(Comment).where(Comment.id == comment_id).values(mail_wanted=True))
        if comment.email_confirmed_at is None:
            owe_confirmation(session, comment)


def unsubscribe(comment_id: int) -> None:
    """No more mail about a comment."""
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).where(Comment.id == comment_id).values(mail_wanted=False))


def confirm(comment_id: int) -> None:
    """The owner of its address says that a comment is theirs. Under ``first``, a trusted one is published by that."""
    for _ in range(ATTEMPTS):
        with write_transaction(db.session()) as session:
            comment = session.get_one(Comment, comment_id, populate_existing=True)
            if comment.email_confirmed_at is None:
                values = {"email_confirmed_at": utc_now()}
                session.execute(update(Comment).where(Comment.id == comment_id).values(values))
            if not _is_published_by_trust(session, comment) or change_status(session, comment, Status.APPROVED):
                return


def send_link(comment_id: int) -> None:
    """Owe a mail with the link to the receipt, to the address of the comment and within the limits."""
    with write_transaction(db.session()) as session:
        comment = session.get_one(Comment, comment_id, populate_existing=True)
        if _may_be_mailed(session, comment):
            owe(session, "receipt", comment.email, comment_id, utc_now().timestamp(), comment_id=comment_id)


def set_block(comment: Comment, *, is_blocked: bool) -> None:
    """Whether the owner of the comment's address wants no mail from this site at all."""
    with write_transaction(db.session()) as session:
        (blocks.block if is_blocked else blocks.unblock)(session, comment.email)


def _may_be_mailed(session: Session, comment: Comment) -> bool:
    if not is_configured(settings) or not comment.email or blocks.is_blocked(session, comment.email):
        return False
    mine = (Comment.email_key == comment.email_key, Comment.HAS_EMAIL)
    recent = (OutboxMail.kind.in_(UNCONFIRMED), OutboxMail.created_at > utc_now() - WITHIN)
    owed = select(func.count()).select_from(OutboxMail).join(Comment, Comment.id == OutboxMail.comment_id)
    count = session.scalar(owed.where(*mine, *recent)) or 0
    return count < (MAX_TRUSTED if is_trusted(session, comment.email) else MAX_UNCONFIRMED)


def _is_published_by_trust(session: Session, comment: Comment) -> bool:
    """Whether a comment that was just confirmed need not wait. One that a moderator has looked at is theirs."""
    if comment.status != Status.PENDING or comment.decided_at is not None:
        return False
    if comment_policy(comment.article, settings, comment.submitted_at) is not CommentPolicy.FIRST:
        return False
    trusted = is_trusted(session, comment.email, beside=comment.id)
    return first_status(CommentPolicy.FIRST, verdict(comment.signals), is_trusted=trusted) is Status.APPROVED
