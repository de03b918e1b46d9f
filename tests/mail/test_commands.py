"""`blog mail`, and the findings of `blog doctor` about mail."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from blog.cli.commands import cli
from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.doctor.mail_check import check_mail, try_mail
from blog.extensions import db
from blog.mail.models import MailState, OutboxMail
from blog.mail.sender import MailSender
from tests.mail.conftest import MODERATOR
from tests.mail.test_sender import enqueue_pending, only
from tests.support.factories import make_article, make_comment
from tests.support.ports import free_port
from tests.support.smtp_server import FakeMailServer


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def output_of(runner: FlaskCliRunner, *arguments: str) -> str:
    outcome = runner.invoke(cli, ["mail", *arguments])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def findings() -> list[str]:
    return [str(finding) for finding in check_mail()]


@pytest.fixture
def failed(article: Article, sender: MailSender, smtp: FakeMailServer) -> None:
    """A mail that the server refused permanently."""
    smtp.recipient_answers = ["550 no such user"]
    enqueue_pending(make_comment(article))
    sender.work()


def test_an_empty_outbox_is_said(runner: FlaskCliRunner) -> None:
    assert output_of(runner) == "0 mails to send, 0 failed.\n"


def test_waiting_mail_is_listed_with_a_shortened_address(
    runner: FlaskCliRunner, article: Article, sender: MailSender, smtp: FakeMailServer
) -> None:
    smtp.recipient_answers = ["451 later"]
    enqueue_pending(make_comment(article))
    sender.work()
    line, total = output_of(runner).splitlines()
    kind, who, about, age, state, error = line.split("\t")[1:]
    assert (kind, who, about) == ("pending", "c…@example.org", "comment 1")
    assert (age[-5:], state, error) == ("s old", f"due in {state.split()[2]} s, 1 attempt", "451 later")
    assert total == "1 mail to send, 0 failed."
    assert MODERATOR not in line


def test_a_long_list_is_cut(runner: FlaskCliRunner, article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.cli.mail.MAX_LISTED", 2)
    for _ in range(5):
        enqueue_pending(make_comment(article))
    lines = output_of(runner).splitlines()
    assert len(lines) == 4
    assert lines[2:] == ["… and 3 more", "5 mails to send, 0 failed."]


def test_failed_mail_can_be_tried_again(
    runner: FlaskCliRunner, failed: None, sender: MailSender, smtp: FakeMailServer
) -> None:
    output = output_of(runner)
    assert "failed, 1 attempt\t550 no such user" in output
    assert "blog mail --retry" in output
    assert "Tried again: 1 mail." in output_of(runner, "--retry")
    sender.work()
    assert only().state == MailState.SENT
    assert "0 mails to send, 0 failed." in output_of(runner)


def test_doctor_says_that_the_server_lets_the_blog_in(app: Flask) -> None:
    assert findings() == [
        "good     mail: the blog can connect to the mail server; send a mail with: blog doctor --mail ADDRESS"
    ]


def test_doctor_says_why_the_server_does_not(app: Flask, settings: Settings) -> None:
    port = free_port()
    app.config["BLOG"] = replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")
    (finding,) = findings()
    assert finding.startswith(
        f"failed   mail: 127.0.0.1:{port} cannot be used (Connection refused); check that it runs"
    )


def test_doctor_counts_what_failed_and_what_is_late(failed: None, article: Article) -> None:
    enqueue_pending(make_comment(article))
    with write_transaction(db.session()) as session:
        waits = OutboxMail.state == MailState.WAITING
        session.execute(update(OutboxMail).where(waits).values(due_at=utc_now() - timedelta(hours=1)))
    assert findings()[1:] == [
        "warning  mail: 1 mail failed; see why with: blog mail",
        "warning  mail: 1 mail should have been sent by now; check that blog serve or blog worker runs",
    ]


def test_recipients_without_a_mail_server_are_a_warning(app: Flask, settings: Settings) -> None:
    app.config["BLOG"] = replace(settings, mail_moderators=("cleo@example.org",), smtp_url=None)
    assert findings() == ["warning  mail: BLOG_MAIL_MODERATORS needs BLOG_SMTP_URL: nobody is mailed"]


@pytest.mark.parametrize(("policy", "count"), [("moderated", 0), ("first", 1)])
def test_doctor_says_that_trust_needs_mail(app: Flask, settings: Settings, policy: str, count: int) -> None:
    app.config["BLOG"] = replace(settings, smtp_url=None, mail_moderators=(), comments=policy)
    assert len(findings()) == count


def test_doctor_sends_a_mail_on_request(app: Flask, smtp: FakeMailServer) -> None:
    assert [str(finding) for finding in try_mail("dan@example.org")] == [
        "good     mail: the mail server accepted the mail; check that it arrives and is not marked as spam"
    ]
    (mail,) = smtp.received
    assert (mail.recipient, mail.message["Subject"]) == ("dan@example.org", "The blog can send mail")


@pytest.mark.parametrize(
    "address", ["dan@example.org", "nobody", "a@b\r\nBcc: eve@example.org", "bea@", "bea@@x", "@x", "bea@[", "bea@[ "]
)
def test_doctor_says_why_a_mail_was_not_sent(app: Flask, smtp: FakeMailServer, address: str) -> None:
    smtp.recipient_answers = ["550 go away"]
    (finding,) = try_mail(address)
    assert str(finding).startswith("failed   mail: no mail was sent: ")
    assert smtp.received == []


def test_doctor_takes_the_address_on_the_command_line(
    settings: Settings, smtp: FakeMailServer, monkeypatch: pytest.MonkeyPatch, runner: FlaskCliRunner
) -> None:
    for name in ("instance", "database_url", "url", "smtp_url", "mail_from"):
        monkeypatch.setenv(f"BLOG_{name.upper()}", str(getattr(settings, name)))
    outcome = runner.invoke(cli, ["doctor", "--mail", "dan@example.org"])
    assert "the mail server accepted the mail" in outcome.output
    assert [mail.recipient for mail in smtp.received] == ["dan@example.org"]
