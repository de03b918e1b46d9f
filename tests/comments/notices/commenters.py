"""Helpers for tests of mail to commenters."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select

from blog.comments.models import Comment
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.models import Moderator
from tests.support.clients import PASSWORD
from tests.support.rows import newest_comment
from tests.support.smtp_server import FakeMailServer, Received

BEA = "bea@example.org"
SITE = "https://blog.example.org"


def send_comment(client: FlaskClient, body: str = "Thank you.", **fields: str) -> Comment:
    """Send the form as a browser does; return the stored comment."""
    form = {"name": "Bea Brown", "email": BEA, "website": "", "body": body} | fields
    answer = client.post("/articles/on-tea/comments", data=form)
    assert answer.status_code == 303, answer.text
    return newest_comment()


def cleo() -> Moderator:
    """The moderator of these tests."""
    found = db.session.scalar(select(Moderator))
    return found or accounts.add("Cleo", PASSWORD)


def link(mail: Received, kind: str) -> str:
    """The path of the link in ``mail`` to a page of this kind."""
    match = re.search(rf"^{SITE}(/comments/mail/{kind}/\S+)$", mail.text, re.MULTILINE)
    assert match, mail.text
    return match[1]


def confirm_by_mail(client: FlaskClient, smtp: FakeMailServer, address: str = BEA) -> None:
    """Press the button behind the link in the newest mail that asks ``address`` for a confirmation."""
    asking = [mail for mail in smtp.to(address) if "/confirmation/" in mail.text]
    path = link(asking[-1], "confirmation")
    assert client.post(path).status_code == 303
