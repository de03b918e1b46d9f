"""Limits for mail to addresses that nobody has confirmed: anybody can type any address into the form of a comment."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from blog.comments.models import Comment
from blog.comments.trust import is_trusted
from blog.config import settings
from blog.database import utc_now
from blog.mail import blocked_addresses, is_configured
from blog.mail.models import OutboxMail

UNCONFIRMED = ("confirmation", "receipt")
"""The kinds of mail that are sent to unconfirmed addresses."""
MAX_UNCONFIRMED = 3
"""The most of these mails that an address gets in ``WITHIN``, however many comments name it."""
MAX_TRUSTED = 20
"""The most of these mails for a trusted address: its owner is asked to confirm every comment."""
WITHIN = timedelta(hours=24)


def may_be_mailed(session: Session, comment: Comment) -> bool:
    """Whether the comment's address may get one more mail of the kinds ``UNCONFIRMED`` now."""
    if not is_configured(settings) or not comment.email or blocked_addresses.is_blocked(session, comment.email):
        return False
    # Counted by the casefolded address, so that another spelling of it gets no further mails.
    mine = (Comment.email_key == comment.email_key, Comment.HAS_EMAIL)
    recent = (OutboxMail.kind.in_(UNCONFIRMED), OutboxMail.created_at > utc_now() - WITHIN)
    mails = select(func.count()).select_from(OutboxMail).join(Comment, Comment.id == OutboxMail.comment_id)
    count = session.scalar(mails.where(*mine, *recent)) or 0
    return count < (MAX_TRUSTED if is_trusted(session, comment.email) else MAX_UNCONFIRMED)
