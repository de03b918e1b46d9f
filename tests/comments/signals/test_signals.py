"""The findings of the checks on new comments, and their effect."""

import logging
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from blog.comments import signals
from blog.comments.erasure import erase
from blog.comments.models import Comment, CommentSignal, CommentTrace, Status
from blog.comments.receipts import token_of
from blog.comments.signals import sender
from blog.comments.signals.base import Check
from blog.comments.signals.traces import prune_traces
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from tests.comments.signals.conftest import Send
from tests.support.clients import signed_in
from tests.support.factories import make_article, make_comment
from tests.support.queries import statements

LONG = "I have boiled my water in an iron kettle for thirty years and the tea has never once tasted of iron to me."

MAX_STATEMENTS = 13


def found(comment: Comment) -> dict[str, str]:
    """The findings except “first comment” and “young article”, each with its sentence."""
    return {
        signal.name: signals.sentence(signal)
        for signal in comment.signals
        if signal.name not in {"first_comment", "old_article"}
    }


def set_age(comment: Comment, **age: float) -> None:
    with write_transaction(db.session()) as session:
        session.execute(
            update(Comment).where(Comment.id == comment.id).values(submitted_at=utc_now() - timedelta(**age))
        )


def test_an_ordinary_comment_has_no_heavy_signal_and_is_shown(send: Send) -> None:
    comment = send("I warm the pot first, as in https://tea.example/pots, and *then* I wait.")
    assert (comment.status, found(comment)) == (Status.APPROVED, {})


def test_only_the_first_comment_from_an_address_has_that_signal(send: Send) -> None:
    assert "first_comment" in {signal.name for signal in send("One.").signals}
    assert "first_comment" not in {signal.name for signal in send("Two.").signals}


def test_the_hidden_field_makes_spam(send: Send) -> None:
    comment = send(nickname="bot")
    assert comment.status == Status.SPAM
    assert found(comment) == {"honeypot": "A field was filled in that people cannot see."}


def test_the_same_text_under_another_article_is_held(send: Send, article: Article) -> None:
    other = make_article("On Milk")
    first = send(LONG, to=other)
    comment = send(LONG.upper(), email="cid@example.org", ip="198.51.100.1")
    assert found(comment)["same_text"] == "The same text was sent before, under another article."
    assert next(s for s in comment.signals if s.name == "same_text").details["comment"] == first.id
    assert comment.status == Status.PENDING


def test_a_short_text_is_never_a_duplicate(send: Send) -> None:
    send("Thank you!")
    assert found(send("Thank you!", email="cid@example.org")) == {}


@pytest.mark.parametrize(
    ("text", "is_near"),
    [
        (LONG.replace("thirty", "forty"), True),
        (f"Hello Bea. {LONG}", True),
        ("I have never owned an iron kettle, but for thirty years my tea has tasted of the water in this town.", False),
    ],
)
def test_nearly_the_same_text_is_held_and_a_different_one_is_not(send: Send, text: str, is_near: bool) -> None:
    first = send(LONG)
    comment = send(text, email="cid@example.org", ip="198.51.100.1")
    assert first.status == Status.APPROVED
    assert ("near_text" in found(comment)) is is_near
    assert comment.status == (Status.PENDING if is_near else Status.APPROVED)


def test_nearly_the_same_text_under_another_article_is_held(send: Send, article: Article) -> None:
    first = send(LONG, to=make_article("On Milk"))
    comment = send(f"Hello Bea. {LONG}", email="cid@example.org", ip="198.51.100.1")
    assert found(comment)["near_text"] == "Nearly the same text was sent before, under another article."
    assert next(s for s in comment.signals if s.name == "near_text").details["comment"] == first.id


@pytest.mark.parametrize(
    ("links", "status", "sentence"),
    [
        (1, Status.APPROVED, None),
        (2, Status.APPROVED, "It has 2 links, to a.example."),
        (3, Status.PENDING, "It has 3 links, to a.example."),
    ],
)
def test_many_links_hold_a_comment(send: Send, links: int, status: Status, sentence: str | None) -> None:
    comment = send(" ".join(f"https://a.example/{number}" for number in range(links)))
    assert comment.status == status
    assert found(comment).get("links") == sentence


def test_a_burst_from_one_address_or_one_network_is_held(send: Send) -> None:
    by_address = [send(f"Text {n}", ip=f"198.51.{n}.1").status for n in range(8)]
    assert by_address == [Status.APPROVED] * 6 + [Status.PENDING] * 2
    by_network = [send(f"Text {n}", email=f"r{n}@example.org", ip=f"203.0.113.{n}") for n in range(12)]
    assert [comment.status for comment in by_network] == [Status.APPROVED] * 10 + [Status.PENDING] * 2
    assert found(by_network[-1])["network_rate"] == "11 other comments came from this network within ten minutes."


def test_old_comments_are_not_part_of_a_burst(send: Send) -> None:
    for number in range(8):
        set_age(send(f"Text {number}"), minutes=11)
    assert "address_rate" not in found(send("Once more."))


@pytest.mark.parametrize(
    ("status", "times", "days", "is_held"),
    [
        (Status.SPAM, 1, 1, True),
        (Status.REJECTED, 1, 1, False),
        (Status.REJECTED, 2, 1, True),
        (Status.SPAM, 1, 91, False),
    ],
)
def test_an_address_that_was_refused_before_is_held(
    send: Send, article: Article, status: Status, times: int, days: int, is_held: bool
) -> None:
    for _ in range(times):
        make_comment(article, status=status, submitted_at=utc_now() - timedelta(days=days))
    comment = send()
    assert ("refused_before" in found(comment)) is is_held
    assert comment.status == (Status.PENDING if is_held else Status.APPROVED)


def test_shouting_and_repetition_are_signals(send: Send) -> None:
    assert found(send("THIS IS THE BEST TEA THAT I HAVE EVER HAD IN MY LIFE")) == {
        "shouting": "100 percent of the letters are capitals."
    }
    assert found(send("Wow" + "!" * 20)) == {"repetition": "The same character appears 20 times in a row."}
    text = "casino " * 10 + "with great bonus games every single night forever more today"
    assert found(send(text)) == {"repetition": "“casino” appears 10 times."}


def test_an_old_article_is_a_signal(app: Flask, send: Send) -> None:
    old = make_article("On Old Tea", published_at=utc_now() - timedelta(days=400))
    signal = next(signal for signal in send(to=old).signals if signal.name == "old_article")
    assert signals.sentence(signal) == "The article is 400 days old."


def test_a_check_that_fails_holds_the_comment_and_is_logged_once(
    send: Send, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise ValueError("broken")

    broken = Check("links", fail, lambda _: "")
    monkeypatch.setattr(signals, "CHECKS", (broken, sender.IMITATION))
    monkeypatch.setattr(signals, "_logged", set())
    with caplog.at_level(logging.WARNING):
        comments = [send(f"Text {number}") for number in range(2)]
    assert [comment.status for comment in comments] == [Status.PENDING] * 2
    assert found(comments[0]) == {"failed": "A check failed: links."}
    assert sum("The check links failed" in record.message for record in caplog.records) == 1


def test_a_history_that_cannot_be_read_holds_the_comment(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        db.session.execute(select(func.no_such_function()))

    monkeypatch.setattr(signals, "read_history", fail)
    comment = send()
    assert comment.status == Status.PENDING
    assert "same_text" in found(comment)["failed"]
    assert "shouting" not in found(comment)["failed"]


def test_an_edit_repeats_only_the_checks_of_the_text(app: Flask, send: Send) -> None:
    comment = send("https://a.example/1 https://a.example/2 https://a.example/3", nickname="bot")
    assert set(found(comment)) == {"honeypot", "links"}
    data = {"body": "SHOUTING WITHOUT ANY LINK AT ALL IN THE TEXT", "revision": "1"}
    assert app.test_client().post(f"/comments/{token_of(comment)}/edit", data=data).status_code == 303
    db.session.rollback()
    db.session.expire_all()
    assert set(found(comment)) == {"honeypot", "shouting"}
    assert comment.status == Status.SPAM


def test_an_edit_that_adds_links_takes_a_public_comment_back_to_the_queue(app: Flask, send: Send) -> None:
    comment = send("Good tea.")
    assert comment.status == Status.APPROVED
    data = {"body": "https://a.example/1 https://a.example/2 https://a.example/3", "revision": "1"}
    app.test_client().post(f"/comments/{token_of(comment)}/edit", data=data)
    db.session.rollback()
    db.session.expire_all()
    assert (comment.status, comment.approved_revision, set(found(comment))) == (Status.PENDING, 1, {"links"})


def test_the_text_before_an_edit_is_no_duplicate_of_the_new_one(app: Flask, send: Send) -> None:
    comment = send(LONG)
    data = {"body": LONG + " Truly.", "revision": "1"}
    app.test_client().post(f"/comments/{token_of(comment)}/edit", data=data)
    db.session.rollback()
    db.session.expire_all()
    assert found(comment) == {}


def test_erasing_a_comment_deletes_its_signals_and_traces(send: Send) -> None:
    comment = send(LONG)
    with write_transaction(db.session()) as session:
        erase(session, session.get_one(Comment, comment.id))
    for model in (CommentSignal, CommentTrace):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_traces_are_kept_for_90_days(send: Send) -> None:
    old, new = send(LONG), send(LONG[::-1])
    set_age(old, days=91)
    prune_traces()
    assert set(db.session.scalars(select(CommentTrace.comment_id))) == {new.id}


def test_traces_are_deleted_after_90_days_without_newer_comments(send: Send) -> None:
    set_age(send(LONG), days=91)
    prune_traces()
    assert db.session.scalar(select(func.count()).select_from(CommentTrace)) == 0


@pytest.mark.parametrize("body", ["Hi.", LONG, " ".join(f"https://a{n}.example/x" for n in range(12))])
def test_a_submit_runs_the_same_few_statements_whatever_is_sent(app: Flask, send: Send, body: str) -> None:
    for number in range(3):
        send(f"{LONG} {number}")
    with statements(db.engine) as sent:
        send(body)
    counted = [statement for statement in sent if "INTO comment" in statement or "comment_trace" in statement]
    assert len(sent) <= MAX_STATEMENTS, sent
    assert len(counted) == 4, counted


def test_the_queue_shows_the_sentences_and_links_to_the_earlier_comment(app: Flask, send: Send) -> None:
    first = send(LONG)
    send(LONG, email="cid@example.org")
    make_comment(first.article, held_reason="It was held in former times.")
    page = signed_in(app, "Cleo").visit("/moderation/").text
    assert "The same text was sent before, under this article." in page
    assert f'href="/moderation/comments/{first.id}">Show it</a>' in page
    assert "It was held in former times." in page


@pytest.mark.usefixtures("app")
def test_details_of_another_version_do_not_break_the_page() -> None:
    assert signals.sentence(CommentSignal(name="shouting", weight=10, details={})) == "shouting"
    assert signals.sentence(CommentSignal(name="unheard_of", weight=10, details={})) == "unheard_of"
