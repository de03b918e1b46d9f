"""The blog with a mail server of the mail tests, and a commenter who gets mail."""

import pytest
from flask.testing import FlaskClient

from blog.comments.models import Comment
from blog.mail.sender import MailSender
from tests.comments.notices.commenters import confirm_by_mail, send_comment
from tests.mail.conftest import clock, sender, settings, smtp
from tests.support.rows import reread
from tests.support.smtp_server import FakeMailServer

__all__ = ["clock", "sender", "settings", "smtp"]


@pytest.fixture
def confirmed(client: FlaskClient, sender: MailSender, smtp: FakeMailServer) -> Comment:
    """A waiting comment by Bea, who gets mail about it."""
    comment = send_comment(client, notify="1")
    sender.work()
    confirm_by_mail(client, smtp)
    smtp.received.clear()
    return reread(comment)
