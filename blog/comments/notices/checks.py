"""Whether a mail is still true, asked right before it is sent."""

from sqlalchemy.orm import defer, joinedload

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.extensions import db
from blog.mail import blocks
from blog.mail.kinds import NotTrueAnyMore
from blog.mail.models import OutboxMail


def comment_of(mail: OutboxMail) -> Comment:
    """The comment that ``mail`` is about, as it is now, with its article.

    :raises NotTrueAnyMore: it was erased.
    """
    article = joinedload(Comment.article, innerjoin=True).options(defer(Article.body_html))
    comment = db.session.get(Comment, mail.comment_id, options=[article], populate_existing=True)
    if comment is None or comment.status == Status.ERASED:
        raise NotTrueAnyMore("the comment was erased")
    return comment


def parent_of(comment: Comment) -> Comment:
    """The comment that ``comment`` answers, as it is now."""
    return db.session.get_one(Comment, comment.parent_id, populate_existing=True)


def is_pending(mail: OutboxMail) -> None:
    """The comment waits for a moderator, with this text."""
    comment = comment_of(mail)
    if comment.status != Status.PENDING:
        raise NotTrueAnyMore(f"the comment is {comment.status}")
    if comment.revision != mail.version:
        raise NotTrueAnyMore("the comment was edited since")


def is_shown(mail: OutboxMail) -> None:
    """Readers see the comment."""
    comment = comment_of(mail)
    if not comment.is_public:
        raise NotTrueAnyMore(f"the comment is {comment.status}")


def is_as_decided(mail: OutboxMail) -> None:
    """Nothing has happened to the comment since the decision, and its author still wants mail."""
    comment = comment_of(mail)
    _is_wanted(comment, mail)
    if comment.version != mail.version:
        raise NotTrueAnyMore(f"the comment has changed since and is {comment.status}")


def is_reply_shown(mail: OutboxMail) -> None:
    """Readers see the reply and what it answers, whose author still wants mail."""
    is_shown(mail)
    parent = parent_of(comment_of(mail))
    _is_wanted(parent, mail)
    if not parent.is_public:
        raise NotTrueAnyMore(f"the comment that it answers is {parent.status}")


def is_unconfirmed(mail: OutboxMail) -> None:
    """The comment may still be confirmed."""
    comment = comment_of(mail)
    _is_to_author(comment, mail)
    if comment.email_confirmed_at is not None:
        raise NotTrueAnyMore("the address is confirmed already")
    if comment.status not in {Status.PENDING, Status.APPROVED}:
        raise NotTrueAnyMore(f"the comment is {comment.status}")


def has_receipt(mail: OutboxMail) -> None:
    """The comment has a receipt, and this address is the one that was given with it."""
    _is_to_author(comment_of(mail), mail)


def _is_wanted(comment: Comment, mail: OutboxMail) -> None:
    _is_to_author(comment, mail)
    if not comment.wants_mail:
        raise NotTrueAnyMore("no mail is wanted any more")


def _is_to_author(comment: Comment, mail: OutboxMail) -> None:
    if comment.email != mail.recipient:
        raise NotTrueAnyMore("it is not the address of the comment")
    if blocks.is_blocked(db.session(), mail.recipient):
        raise NotTrueAnyMore("the owner of the address wants no mail")
