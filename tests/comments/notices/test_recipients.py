"""Nobody gets mail that they did not request, whatever happens in any order."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from blog.comments.models import Comment, Status
from blog.comments.notices.limits import MAX_TRUSTED, MAX_UNCONFIRMED
from blog.comments.receipts import token_of
from blog.comments.withdrawal import restore, withdraw
from blog.config import Settings
from blog.extensions import db
from blog.mail.sender import MailSender
from blog.moderation.decisions import TRANSITIONS
from blog.moderation.replies import ReplyRefused, reply
from tests.comments.notices.commenters import cleo, link
from tests.mail.conftest import MODERATOR, Clock
from tests.mail.test_sender import let_time_pass
from tests.support.decisions import decide_on
from tests.support.factories import make_article
from tests.support.rows import reread
from tests.support.smtp_server import FakeMailServer

PEOPLE = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("send"), PEOPLE, st.booleans()),
    st.tuples(st.just("answer"), PEOPLE, st.booleans()),
    st.tuples(st.sampled_from(["confirm", "stop", "ask", "link", "withdraw", "restore", "reply"]), PEOPLE),
    st.tuples(st.just("decide"), PEOPLE, st.sampled_from([Status.APPROVED, Status.REJECTED, Status.SPAM])),
)
_examples = count()


@pytest.fixture(params=["moderated", "first", "open"])
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    return replace(settings, comments=request.param)


@pytest.fixture(autouse=True)
def article(app: Flask) -> None:
    make_article("On Tea")


class Blog:
    """A blog, and the mail that the three people of one example have requested."""

    def __init__(self, client: FlaskClient, smtp: FakeMailServer) -> None:
        self.client, self.smtp = client, smtp
        example = next(_examples)
        self.addresses = [f"p{number}.{example}@example.org" for number in range(3)]
        self.asked: Counter[str] = Counter()
        """How often mail to an address was requested, in the form or on a receipt."""
        self.confirmed: set[str] = set()
        self.number = 0

    def newest(self, who: int) -> Comment | None:
        db.session.rollback()
        mine = select(Comment).where(Comment.email == self.addresses[who]).order_by(Comment.id.desc())
        return db.session.scalar(mine.limit(1))

    def send(self, who: int, is_ticked: bool, parent: str = "") -> None:
        self.number += 1
        form = {"name": f"Person {who}", "email": self.addresses[who], "body": f"Text {self.number} of {who}"}
        form |= {"website": "", "parent": parent} | ({"notify": "1"} if is_ticked else {})
        self.client.post("/articles/on-tea/comments", data=form)
        self.asked[self.addresses[who]] += is_ticked

    def answer(self, who: int, is_ticked: bool) -> None:
        shown = db.session.scalar(select(Comment.id).where(Comment.IS_PUBLIC).order_by(Comment.id.desc()).limit(1))
        if shown:
            self.send(who, is_ticked, str(shown))

    def confirm(self, who: int) -> None:
        asking = [mail for mail in self.smtp.to(self.addresses[who]) if "confirm" in mail.message["Subject"]]
        if asking:
            self.client.post(link(asking[-1], "confirmation"))
            self.confirmed.add(self.addresses[who])

    def _on_receipt(self, who: int, action: str, **data: str) -> None:
        comment = self.newest(who)
        if comment:
            self.client.post(f"/comments/{token_of(comment)}/{action}", data=data)

    def stop(self, who: int) -> None:
        self._on_receipt(who, "subscription", end="1")

    def ask(self, who: int) -> None:
        self._on_receipt(who, "subscription")
        self.asked[self.addresses[who]] += 1

    def link(self, who: int) -> None:
        self._on_receipt(who, "mailed-link")
        self.asked[self.addresses[who]] += 1

    def withdraw(self, who: int) -> None:
        comment = self.newest(who)
        if comment:
            withdraw(comment.id)

    def restore(self, who: int) -> None:
        comment = self.newest(who)
        if comment:
            restore(comment.id)

    def reply(self, who: int) -> None:
        comment = self.newest(who)
        if comment:
            with suppress(ReplyRefused):
                reply(comment.id, "Thank you.", moderator=cleo())

    def decide(self, who: int, to: Status) -> None:
        comment = self.newest(who)
        if comment and to in TRANSITIONS.get(reread(comment).status, ()):
            decide_on(comment, to, cleo())


@pytest.mark.only_on("sqlite", reason="the tests of single mails run the same statements on PostgreSQL")
@hypothesis_settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=4, max_size=25))
def test_no_mail_goes_to_an_address_that_did_not_ask_for_it(
    client: FlaskClient, sender: MailSender, smtp: FakeMailServer, clock: Clock, steps: list[tuple[str, ...]]
) -> None:
    smtp.received.clear()
    blog = Blog(client, smtp)
    for name, *arguments in steps:
        getattr(blog, name)(*arguments)
        let_time_pass(clock)
        sender.work()
        for address in blog.addresses:
            got = smtp.to(address)
            assert len(got) <= blog.asked[address] or address in blog.confirmed
            unasked = [mail for mail in got if not _is_about_asking(mail.message["Subject"])]
            assert not unasked or address in blog.confirmed
            assert len(got) - len(unasked) <= (MAX_TRUSTED if address in blog.confirmed else MAX_UNCONFIRMED)
    assert {mail.recipient for mail in smtp.received} <= {MODERATOR, *blog.addresses}


def _is_about_asking(subject: str) -> bool:
    return subject in {"Please confirm your address for your comment", "The link to your comment"}
