"""Mail to commenters: requested and confirmed, and valid when it is sent."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from blog.comments.erasure import erase
from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.comments.withdrawal import restore, withdraw
from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.mail.models import MailState, OutboxMail
from blog.mail.sender import MailSender
from blog.moderation.decisions import undo
from blog.moderation.replies import reply
from tests.comments.notices.commenters import (
    BEA,
    SITE,
    cleo,
    confirm_by_mail,
    link,
    send_comment,
)
from tests.mail.conftest import Clock
from tests.mail.test_sender import let_time_pass
from tests.support.decisions import decide_on
from tests.support.factories import make_article, make_comment
from tests.support.rows import reread
from tests.support.smtp_server import FakeMailServer


@pytest.fixture(autouse=True)
def article(app: Flask) -> Article:
    return make_article("On Tea")


def test_without_the_tick_no_mail_goes_to_the_commenter(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer
) -> None:
    decide_on(send_comment(client), Status.APPROVED, cleo())
    sender.work()
    assert smtp.to(BEA) == []


def test_the_first_mail_asks_for_a_confirmation_and_repeats_nothing_that_was_typed(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer
) -> None:
    send_comment(client, "buy at spam.example", name="Cheap pills", notify="1")
    sender.work()
    (mail,) = smtp.to(BEA)
    assert mail.message["Subject"] == "Please confirm your address for your comment"
    assert "Cheap" not in mail.message.as_string()
    assert "spam.example" not in mail.message.as_string()
    assert mail.message["List-Unsubscribe"] == f"<{SITE}{link(mail, 'block')}>"


def test_before_the_confirmation_nothing_else_is_mailed(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer
) -> None:
    comment = send_comment(client, notify="1")
    sender.work()
    decide_on(comment, Status.APPROVED, cleo())
    reply(comment.id, "You are welcome.", moderator=cleo())
    sender.work()
    assert len(smtp.to(BEA)) == 1


def test_an_approval_is_mailed(confirmed: Comment, sender: MailSender, smtp: FakeMailServer) -> None:
    decide_on(confirmed, Status.APPROVED, cleo())
    sender.work()
    (mail,) = smtp.to(BEA)
    assert mail.message["Subject"] == "Your comment on “On Tea” is published"
    assert f"{SITE}/articles/on-tea/comments/{confirmed.id}" in mail.text
    assert f"{SITE}/comments/{token_of(confirmed)}" in mail.text
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("is_for_author", [True, False])
def test_a_rejection_is_mailed_with_the_reason_that_the_author_may_read(
    confirmed: Comment, sender: MailSender, smtp: FakeMailServer, clock: Clock, is_for_author: bool
) -> None:
    decide_on(confirmed, Status.REJECTED, cleo(), "Off topic.", is_for_author=is_for_author)
    sender.work()
    assert smtp.to(BEA) == [], "the moderator has two minutes to undo it"
    let_time_pass(clock)
    sender.work()
    (mail,) = smtp.to(BEA)
    assert "was not published" in mail.message["Subject"]
    assert ("Off topic." in mail.text) is is_for_author


def test_spam_gets_no_mail(confirmed: Comment, sender: MailSender, smtp: FakeMailServer, clock: Clock) -> None:
    decide_on(confirmed, Status.SPAM, cleo())
    let_time_pass(clock)
    sender.work()
    assert smtp.to(BEA) == []


def test_a_rejection_that_is_undone_at_once_is_never_mailed(
    confirmed: Comment, sender: MailSender, smtp: FakeMailServer, clock: Clock
) -> None:
    decide_on(confirmed, Status.APPROVED, cleo())
    sender.work()
    undo(decide_on(confirmed, Status.REJECTED, cleo()).id, moderator=cleo())
    let_time_pass(clock)
    sender.work()
    assert [mail.message["Subject"] for mail in smtp.to(BEA)] == ["Your comment on “On Tea” is published"]


def test_a_reply_is_mailed_when_it_is_published_and_once_only(
    client: FlaskClient, confirmed: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    decide_on(confirmed, Status.APPROVED, cleo())
    answer = send_comment(client, "So do I.", name="Dan", email="dan@example.org", parent=str(confirmed.id))
    sender.work()
    assert not [mail for mail in smtp.to(BEA) if "reply" in mail.message["Subject"]]
    decide_on(answer, Status.APPROVED, cleo())
    sender.work()
    withdraw(answer.id)
    restore(answer.id)
    decide_on(answer, Status.REJECTED, cleo())
    decide_on(answer, Status.APPROVED, cleo())
    sender.work()
    (mail,) = [mail for mail in smtp.to(BEA) if "reply" in mail.message["Subject"]]
    assert "Dan on “On Tea”" in mail.text
    assert f"{SITE}/articles/on-tea/comments/{answer.id}" in mail.text
    assert "So do I." not in mail.text
    assert smtp.to("dan@example.org") == []


def test_nothing_leads_to_a_comment_whose_article_was_withdrawn(
    client: FlaskClient, confirmed: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    decide_on(confirmed, Status.APPROVED, cleo())
    sender.work()
    receipt, before = f"/comments/{token_of(confirmed)}", len(smtp.to(BEA))
    assert "See it under the article" in client.get(receipt).text
    answer = send_comment(client, "So do I.", name="Dan", email="dan@example.org", parent=str(confirmed.id))
    decide_on(answer, Status.APPROVED, cleo())
    with write_transaction(db.session()) as session:
        session.execute(update(Article).values(withdrawn_at=utc_now()))
    sender.work()
    assert len(smtp.to(BEA)) == before
    assert "See it under the article" not in client.get(receipt).text


def test_a_moderators_reply_is_mailed(confirmed: Comment, sender: MailSender, smtp: FakeMailServer) -> None:
    decide_on(confirmed, Status.APPROVED, cleo())
    reply(confirmed.id, "You are welcome.", moderator=cleo())
    sender.work()
    assert "Cleo on “On Tea”" in smtp.to(BEA)[-1].text


def test_nobody_is_mailed_about_a_reply_of_their_own(
    client: FlaskClient, confirmed: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    decide_on(confirmed, Status.APPROVED, cleo())
    decide_on(send_comment(client, "Me again.", email=BEA.upper(), parent=str(confirmed.id)), Status.APPROVED, cleo())
    sender.work()
    assert not [mail for mail in smtp.to(BEA) if "reply" in mail.message["Subject"]]


@pytest.mark.parametrize("lost", ["withdrawn", "rejected", "unsubscribed", "reply withdrawn"])
def test_a_mail_that_is_no_longer_valid_is_not_sent(
    client: FlaskClient, confirmed: Comment, sender: MailSender, smtp: FakeMailServer, lost: str
) -> None:
    decide_on(confirmed, Status.APPROVED, cleo())
    sender.work()
    smtp.received.clear()
    answer = reply(confirmed.id, "You are welcome.", moderator=cleo())
    if lost == "withdrawn":
        withdraw(confirmed.id)
    elif lost == "rejected":
        decide_on(confirmed, Status.SPAM, cleo())
    elif lost == "unsubscribed":
        client.post(f"/comments/{token_of(confirmed)}/subscription", data={"end": "1"})
    else:
        withdraw(answer.id)
    sender.work()
    assert smtp.to(BEA) == []


def test_erasing_a_comment_deletes_the_mails_to_its_author(
    client: FlaskClient, confirmed: Comment, sender: MailSender, smtp: FakeMailServer
) -> None:
    decide_on(confirmed, Status.APPROVED, cleo())
    reply(confirmed.id, "You are welcome.", moderator=cleo())
    with write_transaction(db.session()) as session:
        assert erase(session, session.get_one(Comment, confirmed.id, populate_existing=True))
    sender.work()
    assert smtp.to(BEA) == []
    assert db.session.scalars(select(OutboxMail.id).where(OutboxMail.recipient == BEA)).all() == []
    assert not reread(confirmed).mail_wanted


def test_no_confirmation_is_mailed_if_the_comment_was_decided_before(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer
) -> None:
    withdraw(send_comment(client, notify="1").id)
    sender.work()
    assert smtp.to(BEA) == []
    assert set(db.session.scalars(select(OutboxMail.state))) == {MailState.DROPPED}


def test_moderators_own_comments_offer_no_mail(client: FlaskClient, article: Article) -> None:
    parent = make_comment(article, status=Status.APPROVED)
    answer = reply(parent.id, "You are welcome.", moderator=cleo())
    assert answer.email == ""
    assert not answer.wants_mail


class TestGerman:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, language="de", comments="first")

    def test_mails_are_in_the_language_of_the_site(
        self, client: FlaskClient, sender: MailSender, smtp: FakeMailServer
    ) -> None:
        comment = send_comment(client, notify="1")
        client.post(f"/comments/{token_of(comment)}/mailed-link")
        sender.work()
        confirm_by_mail(client, smtp)
        decide_on(comment, Status.APPROVED, cleo())
        reply(comment.id, "Danke.", moderator=cleo())
        sender.work()
        assert [mail.message["Subject"] for mail in smtp.received] == [
            "Ein Kommentar zu „On Tea“ wartet",
            "Bitte die Adresse des Kommentars bestätigen",
            "Der Link zum eigenen Kommentar",
            "Der eigene Kommentar zu „On Tea“ ist veröffentlicht",
            "Eine Antwort auf den eigenen Kommentar zu „On Tea“",
        ]
