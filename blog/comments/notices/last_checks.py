"""Checks right before a mail is sent. Each raises :class:`MailDropped` if the mail is no longer valid."""

from sqlalchemy.orm import defer, joinedload

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.extensions import db
from blog.mail import blocked_addresses
from blog.mail.kinds import MailDropped
from blog.mail.models import OutboxMail


def comment_of(mail: OutboxMail) -> Comment:
    """The comment that ``mail`` is about, as it is now, with its article.

    :raises MailDropped: it was erased.
    """
    article = joinedload(Comment.article, innerjoin=True).options(defer(Article.body_html))
    comment = db.session.get(Comment, mail.comment_id, options=[article], populate_existing=True)
    if comment is None or comment.status == Status.ERASED:
        raise MailDropped("the comment was erased")
    return comment


def parent_of(comment: Comment) -> Comment:
    """The comment that ``comment`` replies to, as it is now."""
    return db.session.get_one(Comment, comment.parent_id, populate_existing=True)


def check_pending(mail: OutboxMail) -> None:
    """The comment must be waiting for a moderator, with this text."""
    comment = comment_of(mail)
    if comment.status != Status.PENDING:
        raise MailDropped(f"the comment is {comment.status}")
    if comment.revision != mail.version:
        raise MailDropped("the comment was edited since")


def check_shown(mail: OutboxMail) -> None:
    """Readers must see the comment."""
    comment = comment_of(mail)
    if not comment.is_public:
        raise MailDropped(f"the comment is {comment.status}")
    if not comment.article.is_published:
        raise MailDropped("its article is not public")


def check_decision(mail: OutboxMail) -> None:
    """The comment must not have changed since the decision, and its author must still want mail."""
    comment = comment_of(mail)
    _check_wanted(comment, mail)
    if comment.version != mail.version:
        raise MailDropped(f"the comment has changed since and is {comment.status}")


def check_reply(mail: OutboxMail) -> None:
    """Readers must see the reply and its parent, whose author must still want mail."""
    check_shown(mail)
    parent = parent_of(comment_of(mail))
    _check_wanted(parent, mail)
    if not parent.is_public:
        raise MailDropped(f"the parent comment is {parent.status}")


def check_confirmation(mail: OutboxMail) -> None:
    """The author must still be able to confirm the comment."""
    comment = comment_of(mail)
    _check_recipient(comment, mail)
    if comment.email_confirmed_at is not None:
        raise MailDropped("the address is confirmed already")
    if comment.status not in {Status.PENDING, Status.APPROVED}:
        raise MailDropped(f"the comment is {comment.status}")


def check_receipt(mail: OutboxMail) -> None:
    """The mail must go to the address of the comment."""
    _check_recipient(comment_of(mail), mail)


def _check_wanted(comment: Comment, mail: OutboxMail) -> None:
    _check_recipient(comment, mail)
    if not comment.wants_mail:
        raise MailDropped("the author wants no more mail")


def _check_recipient(comment: Comment, mail: OutboxMail) -> None:
    if comment.email != mail.recipient:
        raise MailDropped("the comment has another address now")
    if blocked_addresses.is_blocked(db.session(), mail.recipient):
        raise MailDropped("the owner of the address wants no mail")
