"""Mail about comments: who gets it, whether it is still valid when it is sent, and its text."""

from flask import Flask

from blog.comments.notices import last_checks, letters
from blog.mail import kinds
from blog.mail.kinds import MailKind


def init_app(app: Flask) -> None:
    """Register the kinds of mail about comments."""
    kinds.register(
        app,
        MailKind("pending", last_checks.check_pending, letters.pending, is_digest=True),
        MailKind("author", last_checks.check_shown, letters.published),
        MailKind("confirmation", last_checks.check_confirmation, letters.confirmation),
        MailKind("decision", last_checks.check_decision, letters.decision),
        MailKind("reply", last_checks.check_reply, letters.reply),
        MailKind("receipt", last_checks.check_receipt, letters.receipt),
    )
