"""A receipt: the author's private page of one comment, found by the token in its address.

The token is derived from the comment, so that only its hash is kept.
"""

import hmac
from base64 import urlsafe_b64encode
from enum import StrEnum
from hashlib import sha256

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.extensions import db

# 192 bits cannot be guessed, and a multiple of three bytes needs no padding in base64.
TOKEN_BYTES = 24


class ReceiptState(StrEnum):
    """The state of a comment as its author sees it. Spam looks like any other rejected comment."""

    WAITING = "waiting"
    EDIT_WAITING = "edit_waiting"
    """Readers see the earlier text until a moderator has read the new one."""
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


def receipt_state(comment: Comment) -> ReceiptState:
    """The state of ``comment`` for its author. Spam found by checks waits for a moderator: checks can be wrong."""
    if comment.status == Status.PENDING:
        return ReceiptState.WAITING if comment.approved_revision is None else ReceiptState.EDIT_WAITING
    if comment.is_held_as_spam:
        return ReceiptState.WAITING
    states = {
        Status.APPROVED: ReceiptState.PUBLISHED,
        Status.WITHDRAWN: ReceiptState.WITHDRAWN,
        Status.ERASED: ReceiptState.ERASED,
    }
    return states.get(Status(comment.status), ReceiptState.REJECTED)


def find_comment(token: str) -> Comment | None:
    """The comment whose receipt has this token, with its article."""
    wanted = token_hash(token)
    article = joinedload(Comment.article, innerjoin=True).options(defer(Article.body_html))
    comment = db.session.scalar(select(Comment).where(Comment.receipt_token_hash == wanted).options(article))
    # The time that the index takes reveals parts of a hash at most, never of a token; this comparison reveals nothing.
    is_found = comment is not None and hmac.compare_digest(comment.receipt_token_hash, wanted)
    return comment if is_found else None


def receipt_token(article_id: int, fingerprint: str) -> str:
    """Return the token for a comment with this fingerprint; it cannot be guessed without the secret key."""
    # Derived and not random, because a second click and later mails must lead to the same receipt.
    key = str(current_app.secret_key).encode()
    digest = hmac.new(key, f"receipt:{article_id}:{fingerprint}".encode(), sha256).digest()
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def token_hash(token: str) -> str:
    """The hash of ``token`` that the database stores."""
    # A fast hash without salt is enough, because a token is too long to be found by trying.
    return sha256(token.encode()).hexdigest()


def token_of(comment: Comment) -> str | None:
    """The token of a stored comment; ``None`` if it was made with another secret key or by an earlier version."""
    token = receipt_token(comment.article_id, comment.fingerprint)
    return token if hmac.compare_digest(token_hash(token), comment.receipt_token_hash) else None
