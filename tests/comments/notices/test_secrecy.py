"""Mail addresses and tokens of links are in no page, feed, log or error."""

import logging
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.config import Settings
from blog.extensions import db
from blog.mail import blocked_addresses
from blog.mail.models import OutboxMail
from blog.mail.sender import MailSender
from blog.moderation.replies import reply
from tests.comments.notices.commenters import BEA, cleo, confirm_by_mail, link, send_comment
from tests.mail.conftest import MODERATOR
from tests.support.decisions import decide_on
from tests.support.factories import make_article
from tests.support.smtp_server import FakeMailServer

ADA = "ada@example.org"
ADDRESSES = (BEA, MODERATOR, ADA, "blog@example.org")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, mail_authors={"Ada Byron": ADA}, comments="first", identicons=True)


@pytest.fixture
def comment(app: Flask, client: FlaskClient, sender: MailSender, smtp: FakeMailServer) -> Comment:
    """A published comment with a confirmed address, and a reply."""
    make_article("On Tea", tags=("Tea",))
    comment = send_comment(client, notify="1")
    sender.work()
    confirm_by_mail(client, smtp)
    decide_on(comment, Status.APPROVED, cleo())
    reply(comment.id, "You are welcome.", moderator=cleo())
    return comment


def test_no_page_has_an_address(
    client: FlaskClient, comment: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    sender.work()
    mails = smtp.to(BEA)
    receipt = f"/comments/{token_of(comment)}"
    paths = [
        *("/", "/articles/on-tea", "/tags/tea", "/feed.xml", "/feed.json", "/articles/on-tea/comments.xml"),
        *(f"/articles/on-tea/comments/{comment.id}/{page}" for page in ("replies", "reply")),
        *("/search?q=bea", "/search?q=example.org", "/sitemap.xml", "/robots.txt", "/privacy", "/readyz"),
        *(receipt, f"{receipt}?mail=link", f"{receipt}?mail=asked", f"{receipt}?mail=confirmed", f"{receipt}/edit"),
        *(link(mails[0], kind) for kind in ("confirmation", "block")),
        *(link(mails[-1], kind) for kind in ("unsubscription",)),
    ]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code in {200, 303}, path
        assert not [address for address in ADDRESSES if address in answer.text + str(answer.headers)], path
    for path in (f"{receipt}/mailed-link", f"{receipt}/subscription", link(mails[-1], "unsubscription")):
        answer = client.post(path)
        assert answer.status_code in {200, 303}, path
        assert not [address for address in ADDRESSES if address in answer.text + str(answer.headers)], path


def test_no_log_and_no_stored_error_has_an_address(
    client: FlaskClient, comment: Comment, sender: MailSender, smtp: FakeMailServer, caplog: pytest.LogCaptureFixture
) -> None:
    smtp.recipient_answers = [f"550 <{BEA}> and <{ADA}> are unknown, says {MODERATOR}"] * 4
    with caplog.at_level(logging.DEBUG, "blog"):
        sender.work()
    errors = [mail.error for mail in db.session.scalars(select(OutboxMail)) if mail.error]
    assert errors
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("blog"))
    assert "refused a mail permanently" in ours
    assert not [address for address in ADDRESSES if address in " ".join(errors) + ours]


def test_no_log_has_the_token_of_a_link_even_when_the_page_fails(
    app: Flask,
    comment: Comment,
    smtp: FakeMailServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = link(smtp.to(BEA)[0], "confirmation")
    monkeypatch.setattr(blocked_addresses, "is_blocked", lambda *_: 1 / 0)
    app.testing = False
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get(path)
    assert answer.status_code == 500
    assert path.rpartition("/")[2] not in caplog.text
    assert BEA not in answer.text


def test_no_text_of_a_mail_has_another_persons_address(
    comment: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    sender.work()
    assert {mail.recipient for mail in smtp.received} >= {BEA, MODERATOR, ADA}
    for mail in smtp.received:
        others = [address for address in (BEA, MODERATOR, ADA) if address != mail.recipient]
        assert not [address for address in others if address in mail.message.as_string() + mail.text]
