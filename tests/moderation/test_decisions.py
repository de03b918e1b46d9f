"""Decisions: which are possible, and which of two moderators was first."""

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.orm import Session

from blog.comments.erasure import erase
from blog.comments.models import Comment, Status
from blog.comments.withdrawal import restore, withdraw
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation.decision_log import log_page
from blog.moderation.decisions import (
    CommentChanged,
    TransitionRefused,
    decide,
    decision_transaction,
    targets,
    undo,
)
from blog.moderation.models import Decision, Moderator
from blog.moderation.queue_changes import changes_since
from blog.moderation.queue_filter import QueueFilter
from tests.support.decisions import decide_on
from tests.support.factories import make_article, make_comment
from tests.support.rows import reread

ALLOWED = {
    (Status.PENDING, Status.APPROVED),
    (Status.PENDING, Status.REJECTED),
    (Status.PENDING, Status.SPAM),
    (Status.APPROVED, Status.REJECTED),
    (Status.APPROVED, Status.SPAM),
    (Status.REJECTED, Status.APPROVED),
    (Status.REJECTED, Status.PENDING),
    (Status.REJECTED, Status.SPAM),
    (Status.SPAM, Status.PENDING),
}


def log() -> list[Decision]:
    db.session.rollback()
    return list(db.session.scalars(select(Decision).order_by(Decision.id)))


def approve(comment: Comment, moderator: Moderator, reason: str = "") -> Decision:
    return decide_on(comment, Status.APPROVED, moderator, reason)


@pytest.mark.parametrize("was", Status)
def test_a_comment_goes_only_where_the_table_says(article: Article, cleo: Moderator, was: Status) -> None:
    for to in Status:
        comment, before = make_comment(article, status=was), len(log())
        is_allowed = (was, to) in ALLOWED
        assert (to in targets(was)) is is_allowed, to
        if is_allowed:
            decision = decide(comment.id, to=to, revision=1, version=1, moderator=cleo)
            assert decision is not None
            assert (decision.from_status, decision.to_status) == (was, to)
        elif was == to:
            assert decide(comment.id, to=to, revision=1, version=1, moderator=cleo) is None
        else:
            with pytest.raises(TransitionRefused):
                decide(comment.id, to=to, revision=1, version=1, moderator=cleo)
        assert (reread(comment).status, comment.version) == ((to, 2) if is_allowed else (was, 1)), to
        assert len(log()) - before == is_allowed


def test_the_log_says_who_what_why_and_when(article: Article, cleo: Moderator) -> None:
    before = utc_now()
    approve(make_comment(article), cleo, reason="A kind word.")
    (row,) = log()
    assert (row.moderator.name, row.from_status, row.to_status) == ("Cleo", "pending", "approved")
    assert (row.reason, row.revision, row.undoes_id) == ("A kind word.", 1, None)
    assert before <= row.decided_at <= utc_now()


def test_a_text_that_was_not_read_is_not_decided_on(article: Article, cleo: Moderator) -> None:
    comment = make_comment(article, revision=2, version=2)
    with pytest.raises(CommentChanged) as refusal:
        decide(comment.id, to=Status.APPROVED, revision=1, version=1, moderator=cleo)
    assert refusal.value.last is None
    assert reread(comment).status == "pending"
    assert log() == []


def test_a_decision_on_a_changed_comment_says_what_it_is_now_and_who_was_first(
    article: Article, cleo: Moderator, dan: Moderator
) -> None:
    comment = make_comment(article)
    approve(comment, cleo)
    with pytest.raises(CommentChanged) as refusal:
        decide(comment.id, to=Status.SPAM, revision=1, version=1, moderator=dan)
    changed = refusal.value
    assert (changed.comment.status, changed.comment.version, changed.comment.article.title) == ("approved", 2, "On Tea")
    assert changed.last is not None
    assert (changed.last.moderator.name, changed.last.to_status) == ("Cleo", "approved")


def test_an_unknown_comment_is_not_decided_on(cleo: Moderator) -> None:
    with pytest.raises(NoResultFound):
        decide(1, to=Status.APPROVED, revision=1, version=1, moderator=cleo)


def test_undo_restores_the_status_and_names_the_undone_decision(
    article: Article, cleo: Moderator, dan: Moderator
) -> None:
    for was, to in sorted(ALLOWED):
        comment = make_comment(article, status=was)
        first = decide(comment.id, to=to, revision=1, version=1, moderator=cleo)
        assert first is not None
        back = undo(first.id, moderator=dan)
        assert (back.from_status, back.to_status, back.undoes_id) == (to, was, first.id)
        assert (reread(comment).status, comment.version) == (was, 3)
        assert [row.moderator.name for row in log()[-2:]] == ["Cleo", "Dan"]


def test_what_was_undone_can_be_done_again(article: Article, cleo: Moderator) -> None:
    comment = make_comment(article)
    back = undo(approve(comment, cleo).id, moderator=cleo)
    undo(back.id, moderator=cleo)
    assert reread(comment).status == "approved"


def test_only_the_newest_decision_on_a_comment_can_be_undone(article: Article, cleo: Moderator) -> None:
    comment, other = make_comment(article), make_comment(article)
    first = approve(comment, cleo)
    approve(other, cleo)
    decide(comment.id, to=Status.SPAM, revision=1, version=2, moderator=cleo)
    with pytest.raises(CommentChanged) as refusal:
        undo(first.id, moderator=cleo)
    assert refusal.value.last is not None
    assert refusal.value.last.to_status == "spam"
    assert reread(comment).status == "spam"
    assert len(log()) == 3


def test_a_decision_is_undone_once(article: Article, cleo: Moderator) -> None:
    comment = make_comment(article)
    first = approve(comment, cleo)
    undo(first.id, moderator=cleo)
    with pytest.raises(CommentChanged):
        undo(first.id, moderator=cleo)
    assert reread(comment).status == "pending"
    assert len(log()) == 2


def test_undo_is_refused_once_the_author_has_written_anew(article: Article, cleo: Moderator) -> None:
    comment = make_comment(article)
    first = approve(comment, cleo)
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).values(revision=2, version=3))
    with pytest.raises(CommentChanged):
        undo(first.id, moderator=cleo)
    assert reread(comment).status == "approved"


@pytest.mark.parametrize("is_erased", [False, True])
def test_undo_does_not_bring_back_what_its_author_withdrew(article: Article, cleo: Moderator, is_erased: bool) -> None:
    comment = make_comment(article)
    decision = approve(comment, cleo)
    assert log_page().undoable == {decision.id}
    withdraw(comment.id)
    if is_erased:
        with write_transaction(db.session()) as session:
            erase(session, reread(comment))
    with pytest.raises(CommentChanged):
        undo(decision.id, moderator=cleo)
    assert reread(comment).status == (Status.ERASED if is_erased else Status.WITHDRAWN)
    assert log_page().undoable == set()


def test_undo_works_again_once_a_comment_is_restored(article: Article, cleo: Moderator) -> None:
    comment = make_comment(article)
    decision = approve(comment, cleo)
    withdraw(comment.id)
    restore(comment.id)
    undo(decision.id, moderator=cleo)
    assert reread(comment).status == Status.PENDING


def test_of_two_moderators_at_once_one_wins_and_the_other_learns_who(
    app: Flask, article: Article, cleo: Moderator, dan: Moderator
) -> None:
    comment = make_comment(article)
    wishes = {cleo.name: (cleo, Status.APPROVED), dan.name: (dan, Status.SPAM)}
    start = Barrier(len(wishes))
    won: list[str] = []
    losers: dict[str, Decision | None] = {}

    def try_to_decide(name: str) -> None:
        moderator, to = wishes[name]
        with app.app_context():
            start.wait()
            try:
                decide(comment.id, to=to, revision=1, version=1, moderator=moderator)
                won.append(name)
            except CommentChanged as error:
                losers[name] = error.last

    threads = [Thread(target=try_to_decide, args=(name,)) for name in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (winner,) = won
    ((loser, first),) = losers.items()
    assert winner != loser
    assert first is not None
    assert (first.moderator.name, first.to_status) == (winner, wishes[winner][1])
    assert reread(comment).status == wishes[winner][1]
    assert len(log()) == 1


@pytest.mark.only_on("postgresql", reason="SQLite has one writer at a time")
def test_no_page_misses_a_decision_that_was_stored_after_a_later_one(
    app: Flask, article: Article, cleo: Moderator
) -> None:
    first, second, moderator = make_comment(article).id, make_comment(make_article("On Coffee")).id, cleo.id

    def spam(comment_id: int, session: Session | None = None) -> None:
        cleo = db.session.get_one(Moderator, moderator)
        decide(comment_id, to=Status.SPAM, revision=1, version=1, moderator=cleo, within=session)

    def spam_second() -> None:
        with app.app_context():
            spam(second)

    thread = Thread(target=spam_second)
    with decision_transaction() as session:
        spam(first, session)
        thread.start()
        thread.join(0.3)
        with app.app_context():
            seen = changes_since(QueueFilter(), 0, 0).marks.decision
    thread.join()
    assert first in {decision.comment_id for decision in changes_since(QueueFilter(), seen, 0).decided}


@pytest.mark.parametrize("change", [update(Decision).values(reason="None at all."), delete(Decision)])
def test_the_log_is_neither_changed_nor_shortened(article: Article, cleo: Moderator, change: object) -> None:
    approve(make_comment(article), cleo, reason="A kind word.")
    with pytest.raises(DBAPIError, match="append-only"), write_transaction(db.session()) as session:
        session.execute(change)  # type: ignore[call-overload]
    assert [row.reason for row in log()] == ["A kind word."]
