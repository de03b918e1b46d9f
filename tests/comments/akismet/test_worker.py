"""Akismet is asked after the comment is stored, changes only waiting comments, and gets reports of other decisions."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from unittest.mock import Mock
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from blog.comments import signals
from blog.comments.akismet.client import Opinion, ask
from blog.comments.akismet.worker import MAX_TRIES, AkismetWorker
from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.comments.signals.models import AkismetRequest
from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.decisions import undo
from blog.moderation.models import Moderator
from tests.support.clients import PASSWORD
from tests.support.decisions import decide_on
from tests.support.factories import make_article
from tests.support.fakes import Request, fake, http
from tests.support.rows import newest_comment

KEY = "abc123def456"


@dataclass
class Service:
    """A fake of Akismet, as its documentation describes it; ``says`` is its next answer to a check."""

    says: bytes = field(default_factory=lambda: http("false"))
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def answer(self, request: Request) -> bytes:
        fields = dict(parse_qsl(request.body.decode()))
        self.calls.append((request.path.rpartition("/")[2], fields))
        if fields.pop("api_key", "") != KEY or not fields.get("blog"):
            return http("invalid", X_akismet_debug_help='Empty "blog" value')
        if request.path == "/1.1/comment-check":
            return self.says
        return http("Thanks for making the web a better place.")

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.calls]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, akismet_key=KEY, url="https://blog.example", comment_rate="500 per minute")


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    with fake(service.answer) as server:
        service.url = server.url
        yield service


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


@pytest.fixture
def cleo(app: Flask) -> Moderator:
    return accounts.add("Cleo", PASSWORD)


@pytest.fixture
def work(app: Flask, service: Service) -> Callable[[], None]:
    asker = AkismetWorker(partial(ask, KEY, server=service.url))

    def run() -> None:
        db.session.rollback()
        asker.work()
        db.session.expire_all()

    return run


@pytest.fixture
def send(app: Flask, article: Article) -> Callable[..., Comment]:
    def post(body: str = "Buy now.", **fields: str) -> Comment:
        data = {"name": "Bea", "email": "bea@example.org", "body": body} | fields
        sent_by = {"REMOTE_ADDR": "203.0.113.9"}
        app.test_client().post(f"/articles/{article.slug}/comments", data=data, environ_base=sent_by)
        return newest_comment()

    return post


def stored_requests() -> list[str]:
    return list(db.session.scalars(select(AkismetRequest.action).order_by(AkismetRequest.id)))


def make_due() -> None:
    with write_transaction(db.session()) as session:
        session.execute(update(AkismetRequest).values(not_before=utc_now() - timedelta(seconds=1)))


Send = Callable[..., Comment]
Work = Callable[[], None]


def test_a_comment_that_akismet_calls_spam_leaves_the_queue_with_a_signal(
    service: Service, send: Send, work: Work
) -> None:
    service.says = http("true")
    comment = send()
    assert (comment.status, service.calls) == (Status.PENDING, [])
    work()
    assert comment.status == Status.SPAM
    assert "Akismet takes it for spam." in [signals.sentence(signal) for signal in comment.signals]
    assert stored_requests() == []
    sent = service.calls[0][1]
    assert (sent["blog"], sent["comment_author_email"]) == ("https://blog.example", "bea@example.org")
    assert (sent["comment_content"], sent["user_ip"]) == ("Buy now.", "203.0.113.0")
    assert sent["permalink"] == "https://blog.example/articles/on-tea"


def test_the_signal_says_when_akismet_is_sure(service: Service, send: Send, work: Work) -> None:
    service.says = http("true", X_akismet_pro_tip="discard")
    comment = send()
    work()
    assert "Akismet is sure that it is spam." in [signals.sentence(signal) for signal in comment.signals]


def test_a_comment_that_akismet_lets_pass_still_waits(service: Service, send: Send, work: Work) -> None:
    comment = send()
    work()
    assert (comment.status, service.paths, stored_requests()) == (Status.PENDING, ["comment-check"], [])


def test_an_answer_that_could_not_be_stored_is_asked_for_again(
    service: Service, send: Send, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.says = http("true")
    comment, locked = send(), Mock(side_effect=OperationalError("", {}, OSError("the database is locked")))
    with monkeypatch.context() as patch:
        patch.setattr("blog.comments.akismet.worker.change_status", locked)
        work()
    db.session.refresh(comment)
    assert (comment.status, stored_requests()) == (Status.PENDING, ["check"])
    work()
    assert (comment.status, stored_requests()) == (Status.SPAM, [])


@pytest.mark.parametrize("to", [Status.APPROVED, Status.REJECTED])
def test_an_earlier_decision_of_a_moderator_is_kept(
    service: Service, send: Send, work: Work, cleo: Moderator, to: Status
) -> None:
    service.says = http("true")
    comment = send()
    decide_on(comment, to, cleo)
    work()
    assert (comment.status, service.calls) == (to, [])


def test_a_decision_during_the_check_is_kept(send: Send, cleo: Moderator) -> None:
    comment = send()

    def decide_meanwhile(*_: object) -> Opinion:
        decide_on(comment, Status.APPROVED, cleo)
        return Opinion(is_spam=True)

    AkismetWorker(decide_meanwhile).work()
    db.session.expire_all()
    assert (comment.status, [s.name for s in comment.signals if s.name == "akismet"]) == (Status.APPROVED, [])


def test_missed_spam_and_false_alarms_are_reported_with_the_first_text(
    app: Flask, service: Service, send: Send, work: Work, cleo: Moderator
) -> None:
    missed = send("First text.")
    app.test_client().post(f"/comments/{token_of(missed)}/edit", data={"body": "Second text.", "revision": "1"})
    work()
    service.says = http("true")
    alarm = send("A kettle for you.")
    work()
    decide_on(missed, Status.SPAM, cleo)
    decide_on(alarm, Status.PENDING, cleo)
    decide_on(alarm, Status.APPROVED, cleo)
    work()
    reports = [(path, fields["comment_content"]) for path, fields in service.calls if path.startswith("submit")]
    assert reports == [("submit-spam", "First text."), ("submit-ham", "A kettle for you.")]


def test_nothing_is_reported_when_akismet_and_moderator_agree(
    service: Service, send: Send, work: Work, cleo: Moderator
) -> None:
    comment = send()
    work()
    decide_on(comment, Status.APPROVED, cleo)
    assert stored_requests() == []


def test_an_undone_decision_is_not_reported(service: Service, send: Send, work: Work, cleo: Moderator) -> None:
    comment = send()
    work()
    undo(decide_on(comment, Status.SPAM, cleo).id, moderator=cleo)
    work()
    assert service.paths == ["comment-check"]


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (http("invalid"), "does not accept the key"),
        (http("oops", X_akismet_alert_msg="Over the limit"), "answered “oops” (Over the limit)"),
        (http("", "500 Internal Server Error"), "answered 500"),
        (http("true", "429 Too Many Requests"), "answered 429"),
        (b"", "closed the connection early"),
    ],
)
def test_an_error_is_logged_once_and_the_request_is_tried_again(
    service: Service, send: Send, work: Work, caplog: pytest.LogCaptureFixture, says: bytes, words: str
) -> None:
    service.says = says
    comment = send()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            work()
            make_due()
    assert comment.status == Status.PENDING
    lines = [record.getMessage() for record in caplog.records if "The request to Akismet failed" in record.getMessage()]
    assert len(lines) == 1
    assert words in lines[0]
    assert KEY not in lines[0]
    assert "BLOG_SOURCE" not in lines[0]
    service.says = http("true")
    work()
    assert comment.status == Status.SPAM


def test_a_failed_request_is_tried_again_and_given_up_in_the_end(service: Service, send: Send, work: Work) -> None:
    service.says = http("invalid")
    send()
    work()
    work()
    assert len(service.calls) == 1
    for _ in range(MAX_TRIES):
        make_due()
        work()
    assert (len(service.calls), stored_requests()) == (MAX_TRIES, [])


def test_without_a_key_no_request_is_stored(app: Flask, send: Send, cleo: Moderator) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], akismet_key=None)
    decide_on(send(), Status.SPAM, cleo)
    assert stored_requests() == []


def test_the_privacy_page_names_akismet(app: Flask) -> None:
    assert "Akismet" in app.test_client().get("/privacy").text
    app.config["BLOG"] = replace(app.config["BLOG"], akismet_key=None)
    assert "Akismet" not in app.test_client().get("/privacy").text
