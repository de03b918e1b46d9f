"""The sender: each mail is sent once, whatever the server does, and only if it is still valid."""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from smtplib import SMTP

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.mail import outbox
from blog.mail import sender as sender_module
from blog.mail.kinds import Letter, MailDropped, MailKind, kind_named
from blog.mail.models import MailState, OutboxMail
from blog.mail.outbox import MAX_ATTEMPTS, MAX_DELAY, enqueue
from blog.mail.sender import MAX_PAUSE_SECONDS, MailSender
from blog.mail.smtp import SMTPServer, connected
from tests.mail.conftest import MODERATOR, Clock
from tests.support.factories import make_article, make_comment
from tests.support.queries import plan, statements
from tests.support.smtp_server import FakeMailServer


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def enqueue_pending(comment: Comment, recipient: str = MODERATOR) -> None:
    with write_transaction(db.session()) as session:
        enqueue(session, "pending", recipient, comment.id, recipient, comment_id=comment.id, version=1)


def mails() -> list[OutboxMail]:
    query = select(OutboxMail).order_by(OutboxMail.id).execution_options(populate_existing=True)
    found = list(db.session.scalars(query))
    db.session.commit()
    return found


def only() -> OutboxMail:
    (mail,) = mails()
    return mail


def let_time_pass(clock: Clock | None = None) -> None:
    """Let all pauses and claims expire."""
    if clock:
        clock.now += 10 * MAX_PAUSE_SECONDS
    with write_transaction(db.session()) as session:
        session.execute(update(OutboxMail).values(due_at=OutboxMail.created_at))


def test_a_mail_is_sent_once(article: Article, sender: MailSender, smtp: FakeMailServer) -> None:
    enqueue_pending(make_comment(article))
    sender.work()
    let_time_pass()
    sender.work()
    (received,) = smtp.received
    assert (received.sender, received.recipient) == ("blog@example.org", MODERATOR)
    assert only().state == MailState.SENT
    assert only().done_at is not None


def test_the_same_mail_is_not_stored_twice(article: Article) -> None:
    comment = make_comment(article)
    enqueue_pending(comment)
    enqueue_pending(comment)
    assert len(mails()) == 1


def test_a_mail_is_stored_only_if_its_cause_is_stored(article: Article) -> None:
    comment = make_comment(article)

    def fail() -> None:
        with write_transaction(db.session()) as session:
            enqueue(session, "pending", MODERATOR, comment.id, comment_id=comment.id, version=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert mails() == []


def test_a_greylisted_mail_is_sent_later(
    article: Article, sender: MailSender, smtp: FakeMailServer, clock: Clock
) -> None:
    smtp.recipient_answers = ["451 4.7.1 Greylisted, come back later"]
    enqueue_pending(make_comment(article))
    sender.work()
    mail = only()
    assert (mail.state, mail.attempts, mail.error) == (MailState.WAITING, 1, "451 4.7.1 Greylisted, come back later")
    assert timedelta(seconds=50) < mail.due_at - utc_now() <= timedelta(minutes=1)
    sender.work()
    assert smtp.received == []
    let_time_pass(clock)
    sender.work()
    assert len(smtp.received) == 1
    assert only().state == MailState.SENT


@pytest.mark.parametrize("command", ["recipient_answers", "data_answers"])
def test_a_mail_that_is_refused_permanently_is_kept_as_failed(
    article: Article, sender: MailSender, smtp: FakeMailServer, command: str, caplog: pytest.LogCaptureFixture
) -> None:
    setattr(smtp, command, [f"550 5.1.1 <{MODERATOR}>: no such user, ask postmaster@example.net"])
    enqueue_pending(make_comment(article))
    sender.work()
    mail = only()
    assert mail.state == MailState.FAILED
    assert mail.error == "550 5.1.1 <…@…>: no such user, ask …@…"
    assert MODERATOR not in caplog.text


def test_one_refused_mail_does_not_delay_the_next(article: Article, sender: MailSender, smtp: FakeMailServer) -> None:
    smtp.recipient_answers = ["550 no", "451 later"]
    for number in range(3):
        enqueue_pending(make_comment(article), f"m{number}@example.org")
    sender.work()
    assert [mail.recipient for mail in smtp.received] == ["m2@example.org"]


@pytest.mark.parametrize("fault", ["drops_in_data", "drops_before_answer"])
def test_a_connection_that_breaks_loses_no_mail(
    article: Article, sender: MailSender, smtp: FakeMailServer, clock: Clock, fault: str
) -> None:
    setattr(smtp, fault, 1)
    enqueue_pending(make_comment(article))
    sender.work()
    assert only().state == MailState.WAITING
    assert "the connection broke" in only().error
    let_time_pass(clock)
    sender.work()
    assert only().state == MailState.SENT
    ids = {received.message["Message-ID"] for received in smtp.received}
    assert len(ids) == 1, "a server can drop the repetition"


def test_a_server_that_is_down_is_asked_less_and_less_often_and_logged_once(
    app: Flask, article: Article, clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = MailSender(app, clock)
    tries: list[float] = []
    connect = connected

    def counted(server: SMTPServer) -> AbstractContextManager[SMTP]:
        tries.append(clock.now)
        return connect(server)

    monkeypatch.setattr(sender_module, "connected", counted)
    object.__setattr__(sender._server, "port", 1)
    enqueue_pending(make_comment(article))
    for _ in range(200):
        let_time_pass()
        sender.work()
        clock.now += 1
    assert 3 <= len(tries) <= 15
    assert caplog.text.count("No mail can be sent: 127.0.0.1:1 cannot be used (Connection refused)") == 1


def test_attempts_are_bounded_and_take_about_a_day(
    article: Article, sender: MailSender, smtp: FakeMailServer, clock: Clock
) -> None:
    smtp.recipient_answers = ["451 later"] * MAX_ATTEMPTS
    enqueue_pending(make_comment(article))
    waited = timedelta()
    for _ in range(MAX_ATTEMPTS):
        sender.work()
        waited += max(timedelta(), only().due_at - utc_now()) if only().state == MailState.WAITING else timedelta()
        let_time_pass(clock)
    assert only().state == MailState.FAILED
    assert only().attempts == MAX_ATTEMPTS
    assert timedelta(hours=12) < waited < timedelta(hours=36)
    assert waited / MAX_ATTEMPTS < MAX_DELAY
    assert outbox.retry_failed() == 1
    sender.work()
    assert only().state == MailState.SENT


def test_two_senders_do_not_send_the_same_mail(
    app: Flask, article: Article, smtp: FakeMailServer, clock: Clock
) -> None:
    for number in range(5):
        enqueue_pending(make_comment(article), f"m{number}@example.org")
    first = outbox.claim()
    MailSender(app, clock).work()
    assert len(smtp.received) == 4
    assert first[0].recipient not in {received.recipient for received in smtp.received}


def test_a_claim_that_nobody_finished_expires(article: Article, sender: MailSender, smtp: FakeMailServer) -> None:
    enqueue_pending(make_comment(article))
    late = outbox.claim()
    sender.work()
    assert smtp.received == []
    let_time_pass()
    sender.work()
    assert len(smtp.received) == 1
    outbox.postpone(late, "too late to say so")
    assert only().state == MailState.SENT, "a sender that has lost its claim changes nothing"


def test_a_mail_that_was_sent_is_not_repeated_when_the_database_fails_right_after(
    article: Article, sender: MailSender, smtp: FakeMailServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue_pending(make_comment(article))
    finish = outbox.finish
    faults = [OperationalError("", {}, Exception("database is locked"))]

    def fails_once(*arguments: object) -> None:
        if faults:
            raise faults.pop()
        finish(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "finish", fails_once)
    sender.work()
    assert only().state == MailState.SENDING
    let_time_pass(clock)
    sender.work()
    assert (len(smtp.received), only().state) == (1, MailState.SENT)


def test_a_mail_of_an_unknown_kind_is_dropped(article: Article, sender: MailSender, smtp: FakeMailServer) -> None:
    with write_transaction(db.session()) as session:
        enqueue(session, "newsletter", MODERATOR, 1)
    sender.work()
    assert (smtp.received, only().state) == ([], MailState.DROPPED)


def test_a_mail_to_what_is_no_address_is_dropped_at_once(
    article: Article, sender: MailSender, smtp: FakeMailServer, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue_pending(make_comment(article), "bea@@x")
    sender.work()
    mail = only()
    assert (smtp.received, mail.state, mail.error) == ([], MailState.DROPPED, "this is not a valid mail address")
    assert caplog.text == ""


def test_a_comment_that_is_erased_right_after_its_check_drops_only_its_own_mail(
    article: Article, sender: MailSender, smtp: FakeMailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments = [make_comment(article) for _ in range(3)]
    for comment in comments:
        enqueue_pending(comment)
    kind = kind_named("pending")
    assert kind is not None
    checked: list[OutboxMail] = []

    def check(mail: OutboxMail) -> None:
        kind.check(mail)
        checked.append(mail)
        if len(checked) == len(comments):
            with write_transaction(db.session()) as session:
                session.execute(update(Comment).where(Comment.id == comments[1].id).values(status=Status.ERASED))

    monkeypatch.setattr(sender_module, "kind_named", lambda _name: replace(kind, check=check))
    sender.work()
    assert [received.message["Subject"] for received in smtp.received] == ["2 comments are waiting"]
    assert [mail.state for mail in mails()] == [MailState.SENT, MailState.DROPPED, MailState.SENT]
    assert mails()[1].error == "the comment was erased"


def test_a_letter_that_cannot_be_written_is_dropped(
    article: Article, sender: MailSender, smtp: FakeMailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compose(_mails: Sequence[OutboxMail]) -> Letter:
        raise MailDropped("nothing to say")

    kind = MailKind("pending", lambda _mail: None, compose, is_digest=True)
    monkeypatch.setattr(sender_module, "kind_named", lambda _name: kind)
    for _ in range(2):
        enqueue_pending(make_comment(article))
    sender.work()
    assert smtp.received == []
    assert [(mail.state, mail.error) for mail in mails()] == [(MailState.DROPPED, "nothing to say")] * 2


def test_each_mail_of_a_digest_has_its_own_attempts(article: Article, sender: MailSender, smtp: FakeMailServer) -> None:
    for _ in range(3):
        enqueue_pending(make_comment(article))
    for mail, attempts in zip(mails(), (MAX_ATTEMPTS - 1, 3, 0), strict=True):
        with write_transaction(db.session()) as session:
            session.execute(update(OutboxMail).where(OutboxMail.id == mail.id).values(attempts=attempts))
    smtp.recipient_answers = ["451 later"]
    sender.work()
    assert [mail.state for mail in mails()] == [MailState.FAILED, MailState.WAITING, MailState.WAITING]
    assert [mail.attempts for mail in mails()] == [MAX_ATTEMPTS, 4, 1]
    assert {mail.error for mail in mails()} == {"451 later"}
    pauses = [round((mail.due_at - utc_now()) / timedelta(minutes=1)) for mail in mails()[1:]]
    assert pauses == [8, 1]


def test_a_burst_becomes_one_digest_and_the_next_one_waits_a_minute(
    article: Article, sender: MailSender, smtp: FakeMailServer, clock: Clock
) -> None:
    for _ in range(3):
        enqueue_pending(make_comment(article))
    sender.work()
    enqueue_pending(make_comment(article))
    sender.work()
    assert [received.message["Subject"] for received in smtp.received] == ["3 comments are waiting"]
    clock.now += 61
    sender.work()
    assert [received.message["Subject"] for received in smtp.received[1:]] == ["A comment on “On Tea” is waiting"]
    assert {mail.state for mail in mails()} == {MailState.SENT}


def test_looking_for_mail_takes_one_statement_and_no_write_lock(app: Flask, sender: MailSender) -> None:
    with statements(db.engine) as sent:
        sender.work()
    assert len(sent) == 1, sent
    assert sent[0].startswith("SELECT")


@pytest.mark.only_on("sqlite", reason="plans of SQLite")
def test_mails_that_are_due_are_found_by_their_index(article: Article, sender: MailSender) -> None:
    enqueue_pending(make_comment(article))
    with statements(db.engine) as sent:
        sender.work()
    looking = [
        statement for statement in sent if statement.startswith("SELECT") and "outbox_mail.due_at <=" in statement
    ]
    assert len(looking) == 4, sent
    for statement in looking:
        steps = plan(statement, "x")
        assert steps[0] == "SEARCH outbox_mail USING INDEX ix_outbox_mail_due (due_at<?)", steps
        assert "USE TEMP B-TREE FOR ORDER BY" not in steps, "the index has the order"


def test_addresses_of_old_mails_are_deleted(article: Article, sender: MailSender) -> None:
    enqueue_pending(make_comment(article))
    sender.work()
    outbox.prune()
    assert only().recipient == MODERATOR
    with write_transaction(db.session()) as session:
        session.execute(update(OutboxMail).values(done_at=utc_now() - outbox.ADDRESS_KEPT - timedelta(hours=1)))
    outbox.prune()
    assert only().recipient == ""
    with write_transaction(db.session()) as session:
        session.execute(update(OutboxMail).values(done_at=utc_now() - outbox.ROW_KEPT - timedelta(hours=1)))
    outbox.prune()
    assert mails() == []


def test_a_secret_is_in_no_log(app: Flask, article: Article, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    object.__setattr__(app.config["BLOG"], "smtp_url", "smtp://bea:very-secret@127.0.0.1:1")
    enqueue_pending(make_comment(article))
    with caplog.at_level(logging.DEBUG):
        MailSender(app, clock).work()
    assert "very-secret" not in caplog.text + repr(app.config["BLOG"]) + only().error
