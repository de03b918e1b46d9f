"""The truth table: policy × signals × author, from the form as it is sent to the status that the comment has."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count, product

import pytest
from flask import Flask
from sqlalchemy import func, select

from blog.comments import signals
from blog.comments.models import Comment, Status
from blog.comments.policy import Verdict, verdict
from blog.comments.signals.base import Check, Subject
from blog.comments.subscriptions import confirm
from blog.config import CommentPolicy, Settings
from blog.content.models import Article
from blog.database import utc_now
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.replies import reply
from tests.comments.signals.conftest import Send
from tests.support.challenges import solved
from tests.support.clients import PASSWORD
from tests.support.factories import make_comment

MODERATED, FIRST, OPEN, CLOSED = CommentPolicy.MODERATED, CommentPolicy.FIRST, CommentPolicy.OPEN, CommentPolicy.CLOSED
CLEAN, HELD, AS_SPAM = Verdict.CLEAN, Verdict.HELD, Verdict.SPAM
PENDING, APPROVED, SPAM = Status.PENDING, Status.APPROVED, Status.SPAM
STRANGER, CONFIRMED_STRANGER, UNCONFIRMED, TRUSTED = "stranger", "confirmed stranger", "trusted, unconfirmed", "trusted"
TWO_LINKS = "https://a.example/1 https://a.example/2"

VERDICTS = {
    "none": CLEAN,
    "weak": CLEAN,
    "three weak": HELD,
    "strong": HELD,
    "failing": HELD,
    "proof missing": HELD,
    "proof wrong": HELD,
    "proof used": HELD,
    "honeypot": AS_SPAM,
}
"""What is found on a comment, and its result."""
TABLE = {
    (MODERATED, STRANGER): (PENDING, PENDING, SPAM),
    (MODERATED, CONFIRMED_STRANGER): (PENDING, PENDING, SPAM),
    (MODERATED, UNCONFIRMED): (PENDING, PENDING, SPAM),
    (MODERATED, TRUSTED): (PENDING, PENDING, SPAM),
    (FIRST, STRANGER): (PENDING, PENDING, SPAM),
    (FIRST, CONFIRMED_STRANGER): (PENDING, PENDING, SPAM),
    (FIRST, UNCONFIRMED): (PENDING, PENDING, SPAM),
    (FIRST, TRUSTED): (APPROVED, PENDING, SPAM),
    (OPEN, STRANGER): (APPROVED, PENDING, SPAM),
    (OPEN, CONFIRMED_STRANGER): (APPROVED, PENDING, SPAM),
    (OPEN, UNCONFIRMED): (APPROVED, PENDING, SPAM),
    (OPEN, TRUSTED): (APPROVED, PENDING, SPAM),
}
"""By policy and author: the status of a comment that is clean, held, or spam."""
AUTHORS = (STRANGER, CONFIRMED_STRANGER, UNCONFIRMED, TRUSTED)
Make = Callable[[str, str], Comment]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, proof_of_work=True)


@pytest.fixture
def make(app: Flask, article: Article, send: Send, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Send a comment by such an author on which such a thing is found; the author confirms it, if they are to."""
    monkeypatch.setattr("blog.comments.challenges.ATTEMPTS", range(1, 3))
    numbers = count()
    spent = solved(app, article)
    send("The proof is spent here.", proof=spent, email="zoe@example.org")

    def fail(_: Subject) -> None:
        raise ValueError("broken")

    def make(author: str, kind: str) -> Comment:
        number = next(numbers)
        ip, fields = f"198.18.{number}.1", {"email": f"reader{number}@example.org"}
        if author in {UNCONFIRMED, TRUSTED}:
            known = {"email": fields["email"], "network": "", "email_confirmed_at": utc_now()}
            make_comment(article, f"Earlier {number}", status=APPROVED, **known)
        if kind != "proof missing":
            fields["proof"] = {"proof wrong": "x", "proof used": spent}.get(kind) or solved(app, article)
        if kind == "honeypot":
            fields["nickname"] = "bot"
        body = {
            "weak": f"Wow{'!' * 20} {number}",
            "three weak": f"{'W' * 200}{number} {TWO_LINKS}",
            "strong": f"{number} {TWO_LINKS} https://a.example/3",
        }.get(kind, f"Thanks {number}")
        with monkeypatch.context() as patch:
            if kind == "failing":
                patch.setattr(signals, "CHECKS", (*signals.CHECKS, Check("broken", fail, lambda _: "")))
            comment = send(body, to=article, ip=ip, **fields)
        if author in {CONFIRMED_STRANGER, TRUSTED}:
            confirm(comment.id)
            db.session.rollback()
            db.session.refresh(comment)
        return comment

    return make


def test_the_table_has_every_policy_and_every_author() -> None:
    assert set(TABLE) == set(product(set(CommentPolicy) - {CLOSED}, AUTHORS))


@pytest.mark.only_on("sqlite", reason="the tests of the checks run the same statements on PostgreSQL")
@pytest.mark.parametrize(("policy", "author"), TABLE)
def test_a_comment_gets_the_status_of_the_table(app: Flask, make: Make, policy: CommentPolicy, author: str) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comments=policy)
    expected = dict(zip((CLEAN, HELD, AS_SPAM), TABLE[policy, author], strict=True))
    statuses = {}
    for kind, result in VERDICTS.items():
        comment = make(author, kind)
        assert verdict(comment.signals) is result, (kind, [signal.name for signal in comment.signals])
        statuses[kind] = comment.status
    assert statuses == {kind: expected[result] for kind, result in VERDICTS.items()}


@pytest.mark.parametrize("policy", [MODERATED, FIRST, OPEN])
def test_a_moderators_reply_is_public_under_every_policy_and_is_not_checked(
    app: Flask, article: Article, policy: CommentPolicy
) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comments=policy)
    parent = make_comment(article, status=APPROVED)
    answer = reply(parent.id, f"{TWO_LINKS} https://a.example/3", moderator=accounts.add("Cleo", PASSWORD))
    assert (answer.status, answer.signals) == (APPROVED, [])


def test_a_closed_article_takes_no_comment(app: Flask, article: Article) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comments=CLOSED)
    data = {"name": "Bea", "email": "bea@example.org", "body": "Thanks"}
    answer = app.test_client().post(f"/articles/{article.slug}/comments", data=data)
    assert (answer.status_code, db.session.scalar(select(func.count()).select_from(Comment))) == (403, 0)
