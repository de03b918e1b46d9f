"""How many mails go to an address that nobody has confirmed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from blog.comments.notices.limits import MAX_UNCONFIRMED, WITHIN
from blog.comments.receipts import token_of
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.mail.models import OutboxMail
from blog.mail.sender import MailSender
from tests.comments.notices.commenters import BEA, send_comment
from tests.mail.conftest import Clock
from tests.mail.test_sender import let_time_pass
from tests.support.factories import make_article
from tests.support.smtp_server import FakeMailServer


@pytest.fixture(autouse=True)
def article(app: Flask) -> Article:
    return make_article("On Tea")


def flood(client: FlaskClient) -> None:
    """Name Bea's address, in two spellings, in six comments, and ask for the link of each."""
    for number in range(6):
        comment = send_comment(client, f"Text {number}", notify="1", email=("bea@EXAMPLE.org", BEA)[number % 2])
        client.post(f"/comments/{token_of(comment)}/mailed-link")


def received(smtp: FakeMailServer) -> int:
    return sum(mail.recipient.lower() == BEA for mail in smtp.received)


def test_a_stranger_cannot_flood_an_address(client: FlaskClient, sender: MailSender, smtp: FakeMailServer) -> None:
    flood(client)
    sender.work()
    assert received(smtp) == MAX_UNCONFIRMED


def test_a_day_later_the_address_can_be_mailed_again(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer, clock: Clock
) -> None:
    flood(client)
    sender.work()
    with write_transaction(db.session()) as session:
        session.execute(update(OutboxMail).values(created_at=utc_now() - WITHIN))
    comment = send_comment(client, "The next day.")
    client.post(f"/comments/{token_of(comment)}/mailed-link")
    let_time_pass(clock)
    sender.work()
    assert received(smtp) == MAX_UNCONFIRMED + 1
