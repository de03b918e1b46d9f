"""Mail about comments: who gets it, whether it is still valid when it is sent, and its text."""

from flask import Flask

from blog.comments.notices import checks, letters
from blog.mail import kinds
from blog.mail.kinds import MailKind


def init_app(app: Flask) -> None:
    """Register the kinds of mail about comments."""
    kinds.register(
        app,
        MailKind("pending", checks.check_pending, letters.pending, is_digest=True),
        MailKind("author", checks.check_shown, letters.published),
        MailKind("confirmation", checks.check_confirmation, letters.confirmation),
        MailKind("decision", checks.check_decision, letters.decision),
        MailKind("reply", checks.check_reply, letters.reply),
        MailKind("receipt", checks.check_receipt, letters.receipt),
    )
