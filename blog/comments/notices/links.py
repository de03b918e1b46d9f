"""The links in mails to commenters. Each is signed, serves one purpose, and ends when the comment is erased.

A link that confirms an address works for 7 days at most.
"""

import hmac
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from blog.comments.models import Comment
from blog.extensions import db
from blog.theming.site import absolute_url

DIGEST_LENGTH = 16
CONFIRMABLE = timedelta(days=7)


class Purpose(StrEnum):
    """The purpose of a link."""

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    """No more mail about one comment."""
    BLOCK = "block"
    """No more mail to the address."""


def confirmation_url(comment: Comment) -> str:
    """The page where the owner of the comment's address confirms it."""
    return absolute_url("mail.confirmation", token=link_token(comment, Purpose.CONFIRM))


def unsubscribe_url(comment: Comment) -> str:
    """The page that ends mail about the comment."""
    return absolute_url("mail.unsubscription", token=link_token(comment, Purpose.UNSUBSCRIBE))


def block_url(comment: Comment) -> str:
    """The page that ends all mail to the comment's address."""
    return absolute_url("mail.block", token=link_token(comment, Purpose.BLOCK))


def link_token(comment: Comment, purpose: Purpose) -> str:
    return str(_serializer(purpose).dumps([comment.id, _digest(comment.email_key)]))


def find_linked(token: str, purpose: Purpose) -> Comment | None:
    """The comment of a link; ``None`` if the link is forged or too old, or the comment is erased."""
    # Only a confirmation runs out. The links that end mail must work in old mails, too.
    max_age = CONFIRMABLE.total_seconds() if purpose is Purpose.CONFIRM else None
    try:
        comment_id, digest = _serializer(purpose).loads(token, max_age=int(max_age) if max_age else None)
    except (BadData, TypeError, ValueError):
        return None
    comment = db.session.get(Comment, comment_id, populate_existing=True)
    is_same = comment is not None and comment.email != "" and hmac.compare_digest(_digest(comment.email_key), digest)
    return comment if is_same else None


def _serializer(purpose: Purpose) -> URLSafeTimedSerializer:
    # A salt for each purpose, so that nobody can turn a link that ends mail into one that confirms a comment.
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"mail-{purpose}")


def _digest(email_key: str) -> str:
    return sha256(email_key.encode()).hexdigest()[:DIGEST_LENGTH]
