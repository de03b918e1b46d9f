"""The signals of the challenge: proof of work and the time to fill in the form. They hold, and never approve."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import travel

from blog.comments import signals
from blog.comments.challenges import UsedChallenge, read_proof, spend
from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.config import Settings
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from tests.comments.signals.conftest import Send
from tests.comments.signals.test_signals import LONG, MAX_STATEMENTS
from tests.support.challenges import solved
from tests.support.queries import statements

NAMES = {"no_proof", "quick"}
MISSING = "It came without proof of work; its author may have switched off scripts."
USED = "Its proof of work was used for another comment before."


def found(comment: Comment) -> dict[str, str]:
    """The findings of the two checks, each with its sentence."""
    return {signal.name: signals.sentence(signal) for signal in comment.signals if signal.name in NAMES}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, proof_of_work=True)


@pytest.fixture(autouse=True)
def _every_solution_takes_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.comments.challenges.ATTEMPTS", range(2, 5))


@pytest.fixture
def without_work(app: Flask) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], proof_of_work=False)


def test_a_comment_with_a_proof_is_shown_at_once(app: Flask, send: Send, article: Article) -> None:
    comment = send("Good tea.", proof=solved(app, article))
    assert (comment.status, found(comment)) == (Status.APPROVED, {})


def test_a_comment_without_a_proof_is_accepted_and_waits(send: Send) -> None:
    comment = send(LONG)
    assert (comment.status, comment.body) == (Status.PENDING, LONG)
    assert found(comment) == {"no_proof": MISSING}


def test_a_wrong_proof_and_an_expired_one_hold_the_comment(app: Flask, send: Send, article: Article) -> None:
    wrong = send("Good tea.", proof="x")
    assert (wrong.status, found(wrong)) == (Status.PENDING, {"no_proof": "Its proof of work is wrong."})
    with travel("2026-11-20T10:00:00Z"):
        proof = solved(app, article)
    old = send("Good tea once more.", proof=proof)
    assert (old.status, found(old)) == (Status.PENDING, {"no_proof": "Its proof of work is older than a day."})


def test_a_proof_works_for_one_comment_only(app: Flask, send: Send, article: Article) -> None:
    proof = solved(app, article)
    assert send("Good tea.", proof=proof).status == Status.APPROVED
    again = send("Better tea.", proof=proof)
    assert (again.status, found(again)) == (Status.PENDING, {"no_proof": USED})


def test_a_second_click_leads_to_the_first_comment(app: Flask, send: Send, article: Article) -> None:
    proof = solved(app, article)
    first, second = send("Good tea.", proof=proof), send("Good tea.", proof=proof)
    assert (first.id, found(second)) == (second.id, {})


def test_a_refused_form_keeps_its_proof_unused(app: Flask, send: Send, article: Article) -> None:
    proof = solved(app, article)
    data = {"name": "Bea", "email": "bea@", "body": "Good tea.", "proof": proof}
    page = app.test_client().post(f"/articles/{article.slug}/comments", data=data)
    assert page.status_code == 422
    assert f'<input name="proof" type="hidden" value="{proof}">' in page.text
    assert send("Good tea.", proof=proof).status == Status.APPROVED


@pytest.mark.usefixtures("without_work")
def test_without_proof_of_work_nothing_is_said_about_it(app: Flask, send: Send, article: Article) -> None:
    proof = solved(app, article)
    comments = [send("One."), send("Two.", proof="x"), send("Three.", proof=proof), send("Four.", proof=proof)]
    assert [(comment.status, found(comment)) for comment in comments] == [(Status.APPROVED, {})] * 4
    assert db.session.scalar(select(func.count()).select_from(UsedChallenge)) == 0


@pytest.mark.parametrize(
    ("seconds", "body", "sentence"),
    [
        (1.24, LONG, f"Its {len(LONG)} characters were sent 1.2 seconds after the form was first used."),
        (3, LONG, None),
        (1, "Thank you!", None),
    ],
)
@pytest.mark.usefixtures("without_work")
def test_a_long_text_in_three_seconds_is_a_light_signal(
    app: Flask, send: Send, article: Article, seconds: float, body: str, sentence: str | None
) -> None:
    with travel("2026-11-26T10:00:00Z", tick=False) as clock:
        proof = solved(app, article)
        clock.shift(seconds)
        comment = send(body, proof=proof)
    assert (comment.status, found(comment).get("quick")) == (Status.APPROVED, sentence)


@pytest.mark.usefixtures("without_work")
def test_a_clock_that_is_behind_gives_no_signal(app: Flask, send: Send, article: Article) -> None:
    with travel("2026-11-26T10:00:05Z", tick=False):
        proof = solved(app, article)
    with travel("2026-11-26T10:00:00Z", tick=False):
        assert found(send(LONG, proof=proof)) == {}


def test_an_edit_needs_no_proof_and_keeps_what_was_found(app: Flask, send: Send) -> None:
    comment = send(LONG)
    data = {"body": "Another text.", "revision": "1"}
    assert app.test_client().post(f"/comments/{token_of(comment)}/edit", data=data).status_code == 303
    db.session.rollback()
    db.session.expire_all()
    assert (comment.status, found(comment)) == (Status.PENDING, {"no_proof": MISSING})


def test_a_proof_costs_one_statement(app: Flask, send: Send, article: Article) -> None:
    send(LONG)
    proof = solved(app, article)
    with statements(db.engine) as sent:
        send("Good tea.", proof=proof)
    assert sum("used_challenge" in statement for statement in sent) == 1
    assert len(sent) <= MAX_STATEMENTS + 1, sent


def test_a_proof_that_another_process_has_used_holds_the_comment(app: Flask, send: Send, article: Article) -> None:
    proof = solved(app, article)
    with write_transaction(db.session()) as session:
        assert spend(session, read_proof(proof, article.id))
    comment = send("Good tea.", proof=proof)
    assert (comment.status, found(comment)) == (Status.PENDING, {"no_proof": USED})
