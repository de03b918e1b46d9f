"""Mail about comments: who gets it, whether it is still valid when it is sent, and its text."""

from flask import Flask

from blog.comments.notices import letters, validity
from blog.mail import kinds
from blog.mail.kinds import MailKind


def init_app(app: Flask) -> None:
    """Register the kinds of mail about comments."""
    kinds.register(
        app,
        MailKind("pending", validity.check_pending, letters.pending, is_digest=True),
        MailKind("author", validity.check_shown, letters.published),
        MailKind("confirmation", validity.check_confirmation, letters.confirmation),
        MailKind("decision", validity.check_decision, letters.decision),
        MailKind("reply", validity.check_reply, letters.reply),
        MailKind("receipt", validity.check_receipt, letters.receipt),
    )
