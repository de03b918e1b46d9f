"""The policy `first`: who is trusted, what a trusted address may do, and that nobody else can use it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.comments.subscriptions import confirm
from blog.comments.trust import is_trusted
from blog.comments.withdrawal import withdraw
from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.mail.sender import MailSender
from tests.comments.locks import stopped_at
from tests.comments.notices.commenters import BEA, cleo, confirm_by_mail, link, send_comment
from tests.mail.conftest import clock, sender, smtp
from tests.mail.conftest import settings as mail_settings
from tests.support.decisions import decide_on
from tests.support.factories import NOON, make_article, make_comment
from tests.support.queries import plan, statements
from tests.support.rows import reread
from tests.support.smtp_server import FakeMailServer

__all__ = ["clock", "mail_settings", "sender", "smtp"]


@pytest.fixture
def settings(mail_settings: Settings) -> Settings:
    return replace(mail_settings, comments="first")


@pytest.fixture(autouse=True)
def article(app: Flask) -> Article:
    return make_article("On Tea")


@pytest.fixture
def trusted(article: Article) -> Comment:
    """An approved comment by Bea with a confirmed address."""
    return make_comment(article, status=Status.APPROVED, email_confirmed_at=utc_now())


def trusts(email: str = BEA) -> bool:
    db.session.rollback()
    return is_trusted(db.session(), email)


def test_a_confirmed_address_with_an_approved_comment_is_trusted(trusted: Comment) -> None:
    assert trusts()
    assert trusts(BEA.upper())
    assert not trusts("eve@example.org")


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.WITHDRAWN])
def test_only_an_approved_comment_counts(trusted: Comment, status: Status) -> None:
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).values(status=status))
    assert not trusts()


def test_an_unconfirmed_address_is_never_trusted(article: Article) -> None:
    for _ in range(5):
        make_comment(article, status=Status.APPROVED)
    assert not trusts()


def test_confirmation_and_approval_must_be_of_the_same_comment(article: Article) -> None:
    make_comment(article, status=Status.APPROVED)
    make_comment(article, status=Status.PENDING, email_confirmed_at=utc_now())
    assert not trusts()


def test_trust_ends_when_a_comment_is_rejected_as_spam(trusted: Comment, article: Article) -> None:
    spam = make_comment(article, email=BEA.upper())
    decide_on(spam, Status.SPAM, cleo())
    assert not trusts()
    withdraw(spam.id)
    assert not trusts(), "withdrawing it does not help"


def test_spam_that_no_moderator_decided_on_does_not_end_trust(trusted: Comment, article: Article) -> None:
    make_comment(article, status=Status.SPAM)
    assert trusts()


def test_the_first_comment_waits_even_if_confirmed(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer
) -> None:
    comment = send_comment(client, notify="1")
    sender.work()
    confirm_by_mail(client, smtp)
    assert reread(comment).status == Status.PENDING


def test_the_second_is_published_by_its_confirmation(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer
) -> None:
    first = send_comment(client, notify="1")
    sender.work()
    confirm_by_mail(client, smtp)
    decide_on(first, Status.APPROVED, cleo())
    second = send_comment(client, "A second one.")
    assert second.status == Status.PENDING
    sender.work()
    confirm_by_mail(client, smtp)
    assert reread(second).status == Status.APPROVED
    assert second.decided_at is None
    assert "A second one." in client.get("/articles/on-tea").text
    assert reread(first).article.comment_count == 2


def test_a_stranger_who_types_a_trusted_address_publishes_nothing(
    client: FlaskClient, trusted: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    comment = send_comment(client, "Not by Bea.")
    receipt = client.get(f"/comments/{token_of(comment)}")
    sender.work()
    assert reread(comment).status == Status.PENDING
    path = link(smtp.to(BEA)[0], "confirmation")
    assert path not in receipt.text
    client.get(path)
    assert reread(comment).status == Status.PENDING, "a program that opens links publishes nothing either"


def test_the_response_does_not_reveal_whether_an_address_is_trusted(client: FlaskClient, trusted: Comment) -> None:
    pages = []
    for email in (BEA, "eve@example.org"):
        with time_machine.travel(NOON + timedelta(days=1), tick=False):
            comment = send_comment(client, f"Text of {email[:3]}", email=email)
            page = client.get(f"/comments/{token_of(comment)}").text
        token = str(token_of(comment))
        pages.append(page.replace(token, "TOKEN").replace(f"Text of {email[:3]}", "TEXT"))
    assert pages[0] == pages[1]


@pytest.mark.only_on("postgresql", reason="SQLite has one writer at a time")
def test_a_confirmation_locks_the_article_before_the_comment(app: Flask, article: Article, trusted: Comment) -> None:
    comment_id = make_comment(article).id
    with stopped_at(article, app, lambda: confirm(comment_id)) as session:
        assert session.scalar(select(Comment.id).where(Comment.id == comment_id).with_for_update(nowait=True))
    assert reread(db.session.get_one(Comment, comment_id)).status == Status.APPROVED


@pytest.mark.parametrize("why", ["imitates a name", "another policy", "decided before", "withdrawn"])
def test_a_confirmation_does_not_publish_what_must_wait(
    client: FlaskClient, app: Flask, trusted: Comment, sender: MailSender, smtp: FakeMailServer, why: str
) -> None:
    comment = send_comment(client, "Hello.", name="Ada Byron" if why == "imitates a name" else "Bea", notify="1")
    sender.work()
    if why == "another policy":
        app.config["BLOG"] = replace(app.config["BLOG"], comments="moderated")
    elif why == "decided before":
        decide_on(comment, Status.SPAM, cleo())
        decide_on(comment, Status.PENDING, cleo())
    elif why == "withdrawn":
        withdraw(comment.id)
    before = reread(comment).status
    confirm_by_mail(client, smtp)
    assert reread(comment).status == before


def test_a_comment_held_as_spam_is_not_confirmed(
    client: FlaskClient, trusted: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    send_comment(client, "Hello.", nickname="x", notify="1")
    sender.work()
    assert smtp.to(BEA) == []


def test_under_other_policies_a_trusted_address_is_not_asked(
    client: FlaskClient, app: Flask, trusted: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comments="moderated")
    send_comment(client, "Hello.")
    sender.work()
    assert smtp.to(BEA) == []


def test_moderators_are_mailed_later_if_a_confirmation_could_publish(
    client: FlaskClient, trusted: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    send_comment(client, "Hello.")
    sender.work()
    assert [mail.recipient for mail in smtp.received] == [BEA]


def test_a_trusted_authors_edit_is_published_if_the_comment_was_confirmed(
    client: FlaskClient, trusted: Comment, article: Article
) -> None:
    mine = make_comment(article, status=Status.APPROVED, email_confirmed_at=utc_now())
    other = make_comment(article, status=Status.APPROVED)
    for comment in (mine, other):
        client.post(f"/comments/{token_of(comment)}/edit", data={"body": "Better.", "revision": "1"})
    assert (reread(mine).status, reread(other).status) == (Status.APPROVED, Status.PENDING)


@pytest.mark.only_on("sqlite", reason="PostgreSQL rightly scans a table of one row")
def test_trust_is_found_by_an_index(trusted: Comment) -> None:
    with statements(db.engine) as sent:
        assert trusts()
    assert sent
    for statement in sent:
        steps = [step for step in plan(statement) if "comment" in step]
        assert steps
        assert all("ix_comment_email" in step for step in steps), steps
