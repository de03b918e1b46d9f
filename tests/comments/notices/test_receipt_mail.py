"""Mail that commenters request on the receipt."""

from unittest.mock import Mock

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.comments.notices.limits import MAX_UNCONFIRMED
from blog.comments.receipts import token_of
from blog.content.models import Article
from blog.extensions import db
from blog.mail.models import OutboxMail
from blog.mail.sender import MailSender
from blog.rate_limits import RateLimitExceeded
from tests.comments.notices.commenters import (
    BEA,
    SITE,
    confirm_by_mail,
    send_comment,
)
from tests.support.factories import make_article
from tests.support.rows import reread
from tests.support.smtp_server import FakeMailServer


@pytest.fixture(autouse=True)
def article(app: Flask) -> Article:
    return make_article("On Tea")


def test_mail_can_be_asked_for_on_the_receipt(client: FlaskClient, sender: MailSender, smtp: FakeMailServer) -> None:
    comment = send_comment(client)
    receipt = f"/comments/{token_of(comment)}"
    assert "Mail me about it" in client.get(receipt).text
    answer = client.post(f"{receipt}/subscription")
    assert "Mail about it begins when you confirm your address" in client.get(answer.headers["Location"]).text
    sender.work()
    confirm_by_mail(client, smtp)
    assert "You get mail about the decision" in client.get(receipt).text
    client.post(f"{receipt}/subscription", data={"end": "1"})
    assert not reread(comment).wants_mail


def test_the_receipts_link_is_mailed_to_the_comments_address_only(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer
) -> None:
    comment = send_comment(client)
    path = f"/comments/{token_of(comment)}/mailed-link"
    answer = client.post(path, data={"email": "eve@example.org"})
    sender.work()
    (mail,) = smtp.to(BEA)
    assert f"{SITE}/comments/{token_of(comment)}" in mail.text
    assert smtp.to("eve@example.org") == []
    page = client.get(answer.headers["Location"]).text
    for _ in range(MAX_UNCONFIRMED):
        answer = client.post(path)
    assert client.get(answer.headers["Location"]).text == page, "a limit does not show"
    sender.work()
    assert len(smtp.to(BEA)) == MAX_UNCONFIRMED
    assert BEA not in page


def test_a_refusal_to_mail_the_link_says_when_to_try_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = send_comment(client)
    monkeypatch.setattr("blog.comments.subscriptions.send_link", Mock(side_effect=RateLimitExceeded))
    answer = client.post(f"/comments/{token_of(comment)}/mailed-link")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_a_receipts_mail_is_not_sent_from_another_site(client: FlaskClient) -> None:
    path = f"/comments/{token_of(send_comment(client))}"
    for what in ("mailed-link", "subscription"):
        assert client.post(f"{path}/{what}", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert client.get(f"{path}/{what}").status_code == 303
    assert [mail.kind for mail in db.session.scalars(select(OutboxMail))] == ["pending"]
