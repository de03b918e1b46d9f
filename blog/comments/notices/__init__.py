"""Mail about comments: who gets it, whether it is still valid when it is sent, and its text."""

from flask import Flask

from blog.comments.notices import checks, letters
from blog.mail import kinds
from blog.mail.kinds import MailKind


def init_app(app: Flask) -> None:
    """Register the kinds of mail about comments."""
    kinds.register(
        app,
        MailKind("pending", checks.is_pending, letters.pending, is_digest=True),
        MailKind("author", checks.is_shown, letters.published),
        MailKind("confirmation", checks.is_unconfirmed, letters.confirmation),
        MailKind("decision", checks.is_as_decided, letters.decision),
        MailKind("reply", checks.is_reply_shown, letters.reply),
        MailKind("receipt", checks.has_receipt, letters.receipt),
    )
