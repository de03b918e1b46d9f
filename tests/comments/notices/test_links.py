"""The links in mails to commenters, and the pages that they open."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import select

from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.content.models import Article
from blog.extensions import db
from blog.mail.models import MailBlock
from blog.mail.sender import MailSender
from tests.comments.notices.commenters import (
    BEA,
    SITE,
    cleo,
    link,
    send_comment,
)
from tests.support.decisions import decide_on
from tests.support.factories import make_article
from tests.support.rows import reread
from tests.support.smtp_server import FakeMailServer

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def article(app: Flask) -> Article:
    return make_article("On Tea")


def test_opening_the_link_changes_nothing_and_the_button_confirms(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer
) -> None:
    comment = send_comment(client, notify="1")
    sender.work()
    path = link(smtp.to(BEA)[0], "confirmation")
    page = client.get(path)
    assert page.status_code == 200
    assert "Thank you." in page.text
    assert reread(comment).email_confirmed_at is None
    answer = client.post(path)
    assert answer.headers["Location"] == f"/comments/{token_of(comment)}?mail=confirmed"
    first = reread(comment).email_confirmed_at
    assert first is not None
    assert "It is confirmed" in client.get(answer.headers["Location"]).text
    client.post(path)
    assert reread(comment).email_confirmed_at == first


def test_a_confirmation_from_another_site_is_refused(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer
) -> None:
    comment = send_comment(client, notify="1")
    sender.work()
    path = link(smtp.to(BEA)[0], "confirmation")
    assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert reread(comment).email_confirmed_at is None


def test_one_post_unsubscribes_and_opening_the_link_does_not(
    client: FlaskClient, confirmed: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    decide_on(confirmed, Status.APPROVED, cleo())
    sender.work()
    url = re.fullmatch(rf"<{SITE}(\S+)>", smtp.to(BEA)[0].message["List-Unsubscribe"])
    assert url is not None
    assert "No more mail about it" in client.get(url[1]).text
    assert reread(confirmed).mail_wanted
    assert client.post(url[1], data=ONE_CLICK).status_code == 200
    assert not reread(confirmed).mail_wanted
    assert "You get no mail about this comment." in client.get(url[1]).text


def test_an_address_can_be_blocked_for_all_mail_and_unblocked(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer
) -> None:
    send_comment(client, notify="1")
    sender.work()
    path = link(smtp.to(BEA)[0], "block")
    assert "No more mail from this site" in client.get(path).text
    assert db.session.scalar(select(MailBlock)) is None
    assert client.post(path, data=ONE_CLICK).status_code == 200
    send_comment(client, "Another.", email=BEA.upper(), notify="1")
    sender.work()
    assert [mail.recipient for mail in smtp.received if mail.recipient.lower() == BEA] == [BEA]
    client.post(path, data={"allow": "1"})
    send_comment(client, "A third.", notify="1")
    sender.work()
    assert len(smtp.to(BEA)) == 2


@pytest.mark.only_on("sqlite", reason="the signature is checked before any database is asked")
@pytest.mark.parametrize("kind", ["confirmation", "unsubscription", "block"])
def test_a_forged_link_is_not_found(client: FlaskClient, kind: str) -> None:
    for token in ("nothing", "é", "a.b.c", "x" * 200):
        for answer in (client.get(f"/comments/mail/{kind}/{token}"), client.post(f"/comments/mail/{kind}/{token}")):
            assert answer.status_code == 404
            assert "This link does not work any more" in answer.text


def test_a_link_is_for_one_purpose(client: FlaskClient, sender: MailSender, smtp: FakeMailServer) -> None:
    comment = send_comment(client, notify="1")
    sender.work()
    token = link(smtp.to(BEA)[0], "block").rpartition("/")[2]
    assert client.post(f"/comments/mail/confirmation/{token}").status_code == 404
    assert reread(comment).email_confirmed_at is None


def test_a_confirmation_is_possible_for_a_week(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = send_comment(client, notify="1")
    sender.work()
    now = TimestampSigner("x").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: now + 8 * 86_400)
    assert client.post(link(smtp.to(BEA)[0], "confirmation")).status_code == 404
    assert client.post(link(smtp.to(BEA)[0], "block")).status_code == 200
    assert reread(comment).email_confirmed_at is None


@pytest.mark.only_on("sqlite", reason="the signature is checked before any database is asked")
@pytest.mark.parametrize("kind", ["confirmation", "unsubscription", "block"])
def test_the_pages_behind_the_links_are_private(client: FlaskClient, kind: str) -> None:
    answer = client.get(f"/comments/mail/{kind}/x")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
