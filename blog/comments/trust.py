"""Trust: whose comments can be published without a moderator under the policy ``first``.

Trust belongs to a mail address, but anybody can type any address into the form. So trust alone publishes nothing: the
comment itself must be confirmed by a link in a mail to that address. See docs/decisions/0013-trust.md.
"""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from blog.comments.models import AuthorRole, Comment, Status
from blog.comments.policy import Verdict, comment_policy, first_status, verdict
from blog.config import CommentPolicy, settings
from blog.mail import is_configured


def is_trusted(session: Session, email: str) -> bool:
    """Whether a comment by ``email`` was approved after it had been confirmed, and none was rejected as spam."""
    mine = (Comment.email_key == email.casefold(), Comment.HAS_EMAIL, Comment.author_role == AuthorRole.READER)
    approved = select(Comment.id).where(
        *mine, Comment.status == Status.APPROVED, Comment.email_confirmed_at.is_not(None)
    )
    # Withdrawing a comment does not undo that it was rejected as spam.
    is_spam = or_(
        Comment.status == Status.SPAM,
        (Comment.status == Status.WITHDRAWN) & (Comment.withdrawn_from == Status.SPAM),
    )
    # Without decided_at, only a check called it spam, and checks can be wrong.
    spam = select(Comment.id).where(*mine, is_spam, Comment.decided_at.is_not(None))
    return bool(session.scalar(select(approved.exists() & ~spam.exists())))


def expects_confirmation(session: Session, comment: Comment, found: Verdict) -> bool:
    """Whether a confirmation by its author would publish a new comment that got the verdict ``found``."""
    is_clean = first_status(CommentPolicy.FIRST, found, is_trusted=True) is Status.APPROVED
    return is_configured(settings) and is_clean and is_trusted(session, comment.email)


def is_published_by_trust(session: Session, comment: Comment) -> bool:
    """Whether a comment that was just confirmed can be published now. If a moderator has decided on it, it cannot."""
    if comment.status != Status.PENDING or comment.decided_at is not None:
        return False
    if comment_policy(comment.article, settings, comment.submitted_at) is not CommentPolicy.FIRST:
        return False
    trusted = is_trusted(session, comment.email)
    return first_status(CommentPolicy.FIRST, verdict(comment.signals), is_trusted=trusted) is Status.APPROVED
