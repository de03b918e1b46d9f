"""The token in a receipt's address: derived from the comment, so that only its hash is kept."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from flask import current_app

from blog.comments.models import Comment

TOKEN_BYTES = 24


def receipt_token(article_id: int, fingerprint: str) -> str:
    """The token for a comment with this fingerprint; whoever does not know the secret key cannot guess it."""
    key = str(current_app.secret_key).encode()
    digest = hmac.new(key, f"receipt:{article_id}:{fingerprint}".encode(), sha256).digest()
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()


def token_hash(token: str) -> str:
    """What is kept of ``token``."""
    return sha256(token.encode()).hexdigest()


def token_of(comment: Comment) -> str | None:
    """The token of a stored comment; ``None`` where another secret key, or an earlier version, made it."""
    token = receipt_token(comment.article_id, comment.fingerprint)
    return token if hmac.compare_digest(token_hash(token), comment.receipt_token_hash) else None
