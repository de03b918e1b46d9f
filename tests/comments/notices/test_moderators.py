"""Mail to moderators and to the article's author: what waits, what was published, and never a comment's text."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.comments.models import Status
from blog.comments.receipts import token_of
from blog.comments.withdrawal import withdraw
from blog.content.models import Article
from blog.extensions import db
from blog.mail.models import MailState, OutboxMail
from blog.mail.sender import MailSender
from tests.comments.notices.commenters import cleo, send_comment
from tests.mail.conftest import MODERATOR, Clock
from tests.support.decisions import decide_on
from tests.support.factories import make_article, make_comment
from tests.support.smtp_server import FakeMailServer

SECRET = "buy tea at https://spam.example"


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMail.state).order_by(OutboxMail.id)))


def test_a_comment_that_waits_is_mailed_to_the_moderators(
    client: FlaskClient, article: Article, sender: MailSender, smtp: FakeMailServer
) -> None:
    comment = send_comment(client, SECRET)
    sender.work()
    (mail,) = smtp.to(MODERATOR)
    assert mail.message["Subject"] == "A comment on “On Tea” is waiting"
    assert f"https://blog.example.org/moderation/comments/{comment.id}" in mail.text
    assert "Bea Brown on “On Tea”" in mail.text
    assert f"({len(SECRET)} characters)" in mail.text
    assert "spam.example" not in mail.message.as_string()
    assert "bea@example.org" not in mail.message.as_string()


def test_a_name_that_looks_like_a_link_is_left_out(
    client: FlaskClient, article: Article, sender: MailSender, smtp: FakeMailServer
) -> None:
    send_comment(client, SECRET, name="Win at spam.example/now")
    sender.work()
    assert "spam.example" not in smtp.received[0].message.as_string()
    assert "Somebody on “On Tea”" in smtp.received[0].text


def test_a_comment_held_as_spam_is_not_mailed(
    client: FlaskClient, article: Article, sender: MailSender, smtp: FakeMailServer
) -> None:
    send_comment(client, SECRET, nickname="robot")
    sender.work()
    assert smtp.received == []


def test_a_comment_that_no_longer_waits_is_not_mailed(
    client: FlaskClient, article: Article, sender: MailSender, smtp: FakeMailServer
) -> None:
    decide_on(send_comment(client, SECRET), Status.APPROVED, cleo())
    withdraw(send_comment(client, "Another text").id)
    sender.work()
    assert smtp.received == []
    assert states() == [MailState.DROPPED, MailState.DROPPED]


def test_an_edit_is_mailed_instead_of_the_text_before(
    client: FlaskClient, article: Article, sender: MailSender, smtp: FakeMailServer
) -> None:
    comment = send_comment(client, SECRET)
    answer = client.post(f"/comments/{token_of(comment)}/edit", data={"body": "Better tea.", "revision": "1"})
    assert answer.status_code == 303
    sender.work()
    (mail,) = smtp.received
    assert "(11 characters)" in mail.text
    assert states() == [MailState.DROPPED, MailState.SENT]


def test_without_a_mail_server_no_mail_is_stored(client: FlaskClient, app: Flask, article: Article) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], smtp_url=None)
    send_comment(client, SECRET)
    assert states() == []


def test_a_digest_comes_at_the_full_hour(client: FlaskClient, app: Flask, article: Article) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], mail_digest_minutes=60)
    send_comment(client, SECRET)
    due = db.session.scalars(select(OutboxMail.due_at)).one()
    assert (due.minute, due.second) == (0, 0)
    assert 0 < (due - datetime.now(UTC)).total_seconds() <= 3600


def test_the_articles_author_is_mailed_about_published_comments(
    client: FlaskClient, app: Flask, article: Article, sender: MailSender, smtp: FakeMailServer, clock: Clock
) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], mail_authors={"ada byron": "ada@example.org", "Eve": "eve@x.org"})
    comment = send_comment(client, SECRET)
    sender.work()
    assert smtp.to("ada@example.org") == []
    decide_on(comment, Status.APPROVED, cleo())
    sender.work()
    (mail,) = smtp.to("ada@example.org")
    assert mail.message["Subject"] == "A new comment on “On Tea”"
    assert f"https://blog.example.org/articles/on-tea/comments/{comment.id}" in mail.text
    assert SECRET not in mail.text
    assert smtp.to("eve@x.org") == []


def test_authors_are_not_mailed_about_their_own_comments(
    app: Flask, article: Article, sender: MailSender, smtp: FakeMailServer
) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], mail_authors={"Ada Byron": "Bea@example.org"})
    decide_on(make_comment(article, email="bea@example.org"), Status.APPROVED, cleo())
    sender.work()
    assert smtp.received == []
