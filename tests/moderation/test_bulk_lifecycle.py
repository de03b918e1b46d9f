"""Decisions on many comments at once: fixed when they are chosen, one entry in the log, one undo."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select, update

from blog.comments.models import Comment, Status
from blog.comments.withdrawal import withdraw
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation.bulk_batches import running
from blog.moderation.bulk_lifecycle import (
    BulkChanged,
    Chosen,
    UnknownComments,
    choose,
    propose,
    prune_proposals,
    start,
    undo_bulk,
)
from blog.moderation.bulk_models import BulkDecision, BulkMember
from blog.moderation.decision_log import EVERYTHING, log_page
from blog.moderation.decisions import TransitionRefused, decide
from blog.moderation.log_download import csv_lines
from blog.moderation.models import Moderator
from blog.moderation.queue_filter import Narrowing, QueueFilter
from tests.support.bulk import chosen, log_rows, outcomes, run, statuses
from tests.support.factories import make_article, make_comment


@contextmanager
def meanwhile(app: Flask, moment: str, start_of_statement: str, work: Callable[[], object]) -> Iterator[None]:
    """In the block, do ``work`` on another connection before or after the statement. For PostgreSQL."""

    def do_work(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith(start_of_statement):
            with app.app_context():
                work()

    event.listen(db.engine, moment, do_work)
    try:
        yield
    finally:
        event.remove(db.engine, moment, do_work)


def test_chosen_comments_are_decided_with_one_log_entry(comments: list[Comment], cleo: Moderator) -> None:
    bulk = run(choose(chosen(comments[:4]), was=Status.PENDING, to=Status.SPAM, moderator=cleo, reason="Watches."))
    assert statuses(comments) == ["spam"] * 4 + ["pending"]
    assert (bulk.total, bulk.decided, outcomes(bulk)) == (4, 4, ["decided"] * 4)
    (entry,) = log_page().decisions
    assert (entry.bulk_id, entry.reason, entry.moderator.name) == (bulk.id, "Watches.", "Cleo")
    assert log_rows() == 4


def test_a_choice_that_is_sent_again_is_decided_once(comments: list[Comment], cleo: Moderator, dan: Moderator) -> None:
    def choose_first(to: Status, count: int, moderator: Moderator) -> BulkDecision:
        return choose(again[:count], was=Status.PENDING, to=to, moderator=moderator)

    again = chosen(comments)
    bulk = run(choose_first(Status.SPAM, 3, cleo))
    assert choose_first(Status.SPAM, 3, cleo).id == bulk.id
    different = [(Status.SPAM, 4, cleo), (Status.SPAM, 2, cleo), (Status.REJECTED, 3, cleo), (Status.SPAM, 3, dan)]
    for to, count, moderator in different:
        assert choose_first(to, count, moderator).id > bulk.id


def test_the_csv_file_names_the_bulk_decision_of_each_member(
    app: Flask, comments: list[Comment], cleo: Moderator
) -> None:
    bulk = run(choose(chosen(comments), was=Status.PENDING, to=Status.APPROVED, moderator=cleo))
    lines = list(csv_lines(db.engine, EVERYTHING))
    assert len(lines) == 6
    assert {line.strip().split(",")[-1] for line in lines[1:]} == {str(bulk.id)}


def test_a_view_is_decided_as_it_was_when_it_was_proposed(comments: list[Comment], cleo: Moderator) -> None:
    other = make_article("On Coffee")
    elsewhere = make_comment(other)
    view = QueueFilter(Status.PENDING, Narrowing.ARTICLE, comments[0].article_id)
    bulk = propose(view, cleo)
    later = make_comment(db.session.get_one(Article, comments[0].article_id), "Later.")
    assert (bulk.total, bulk.is_capped, bulk.is_proposed) == (5, False, True)
    assert running() == []
    start(bulk.id, to=Status.APPROVED, moderator=cleo)
    assert running() == [bulk.id]
    run(bulk)
    assert statuses([*comments, elsewhere, later]) == ["approved"] * 5 + ["pending"] * 2
    assert running() == []


@pytest.mark.only_on("postgresql", reason="SQLite needs no memory for this")
def test_a_search_for_a_frequent_word_has_its_memory_while_the_view_is_stored(
    comments: list[Comment], cleo: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blog.comments.search.MANY_MATCHES", -1)
    memory = []

    def read_memory(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("INSERT INTO bulk_member"):
            memory.append(connection.connection.cursor().execute("SHOW work_mem").fetchone())

    event.listen(db.engine, "before_cursor_execute", read_memory)
    try:
        propose(QueueFilter(words="thanks"), cleo)
    finally:
        event.remove(db.engine, "before_cursor_execute", read_memory)
    assert memory == [("64MB",)]


def test_a_large_view_is_capped_at_its_first_comments(
    comments: list[Comment], cleo: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blog.moderation.bulk_lifecycle.MAX_MEMBERS", 3)
    bulk = propose(QueueFilter(), cleo)
    assert (bulk.total, bulk.is_capped) == (3, True)
    start(bulk.id, to=Status.REJECTED, moderator=cleo)
    run(bulk)
    assert statuses(comments) == ["rejected"] * 3 + ["pending"] * 2


@pytest.mark.only_on("postgresql", reason="SQLite has one writer at a time")
@pytest.mark.parametrize(("limit", "total", "is_capped"), [(10, 5, False), (5, 5, True), (3, 3, True)])
def test_the_total_counts_the_members_if_a_comment_arrives_meanwhile(
    app: Flask,
    comments: list[Comment],
    cleo: Moderator,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
    total: int,
    is_capped: bool,
) -> None:
    monkeypatch.setattr("blog.moderation.bulk_lifecycle.MAX_MEMBERS", limit)
    article_id = comments[0].article_id

    def send_comment() -> None:
        make_comment(db.session.get_one(Article, article_id), "Just now.")

    with meanwhile(app, "after_cursor_execute", "INSERT INTO bulk_member", send_comment):
        bulk = propose(QueueFilter(), cleo)
    assert (bulk.total, bulk.is_capped) == (total, is_capped)
    assert len(outcomes(bulk)) == total


def test_a_view_with_as_many_comments_as_the_limit_is_not_capped(
    comments: list[Comment], cleo: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blog.moderation.bulk_lifecycle.MAX_MEMBERS", 5)
    bulk = propose(QueueFilter(), cleo)
    assert (bulk.total, bulk.is_capped) == (5, False)


def test_undo_takes_all_back_but_what_has_moved_on(comments: list[Comment], cleo: Moderator, dan: Moderator) -> None:
    bulk = run(choose(chosen(comments), was=Status.PENDING, to=Status.REJECTED, moderator=cleo))
    decide(comments[0].id, to=Status.APPROVED, revision=1, version=2, moderator=dan)
    back = run(undo_bulk(bulk.id, moderator=dan))
    assert statuses(comments) == ["approved"] + ["pending"] * 4
    assert outcomes(back) == ["left"] + ["decided"] * 4
    assert [entry.bulk_id for entry in log_page().decisions] == [back.id, None, bulk.id]
    assert undo_bulk(bulk.id, moderator=cleo).id == back.id
    again = run(undo_bulk(back.id, moderator=cleo))
    assert statuses(comments) == ["approved"] + ["rejected"] * 4
    assert again.decided == 4


def test_undo_leaves_what_its_author_withdrew(comments: list[Comment], cleo: Moderator) -> None:
    bulk = run(choose(chosen(comments), was=Status.PENDING, to=Status.APPROVED, moderator=cleo))
    withdraw(comments[0].id)
    back = run(undo_bulk(bulk.id, moderator=cleo))
    assert statuses(comments) == ["withdrawn"] + ["pending"] * 4
    assert outcomes(back) == ["left"] + ["decided"] * 4


def test_undo_restores_what_readers_saw_before(article: Article, cleo: Moderator) -> None:
    edited = make_comment(article, approved_revision=1, revision=2)
    plain = make_comment(article)
    assert db.session.get_one(Article, article.id).comment_count == 1
    bulk = run(choose(chosen([edited, plain]), was=Status.PENDING, to=Status.SPAM, moderator=cleo))
    db.session.refresh(article)
    assert article.comment_count == 0
    run(undo_bulk(bulk.id, moderator=cleo))
    db.session.refresh(edited)
    db.session.refresh(article)
    assert (edited.status, edited.approved_revision, article.comment_count) == ("pending", 1, 1)


def test_impossible_bulk_decisions_are_refused(comments: list[Comment], cleo: Moderator) -> None:
    with pytest.raises(TransitionRefused):
        choose(chosen(comments), was=Status.SPAM, to=Status.APPROVED, moderator=cleo)
    with pytest.raises(UnknownComments):
        choose([*chosen(comments), Chosen(10**6, 1, 1)], was=Status.PENDING, to=Status.SPAM, moderator=cleo)
    bulk = propose(QueueFilter(), cleo)
    with pytest.raises(TransitionRefused):
        start(bulk.id, to=Status.PENDING, moderator=cleo)
    with pytest.raises(BulkChanged):
        undo_bulk(bulk.id, moderator=cleo)
    start(bulk.id, to=Status.SPAM, moderator=cleo)
    with pytest.raises(BulkChanged):
        start(bulk.id, to=Status.APPROVED, moderator=cleo)
    assert log_rows() == 0


def test_proposals_that_nobody_starts_are_deleted(comments: list[Comment], cleo: Moderator) -> None:
    old, new = propose(QueueFilter(), cleo), propose(QueueFilter(), cleo)
    started = choose(chosen(comments), was=Status.PENDING, to=Status.SPAM, moderator=cleo)
    with write_transaction(db.session()) as session:
        is_old = BulkDecision.id.in_([old.id, started.id])
        session.execute(update(BulkDecision).where(is_old).values(created_at=utc_now() - timedelta(days=2)))
    kept = [new.id, started.id]
    prune_proposals()
    assert list(db.session.scalars(select(BulkDecision.id).order_by(BulkDecision.id))) == kept
    assert db.session.scalar(select(func.count()).select_from(BulkMember)) == 10


@pytest.mark.only_on("postgresql", reason="SQLite has one writer at a time")
def test_a_proposal_that_is_started_while_it_is_deleted_keeps_its_members(
    app: Flask, comments: list[Comment], cleo: Moderator
) -> None:
    bulk = propose(QueueFilter(), cleo)
    with write_transaction(db.session()):
        bulk.created_at = utc_now() - timedelta(days=2)
    bulk_id, moderator_id = bulk.id, cleo.id

    def start_it() -> None:
        start(bulk_id, to=Status.SPAM, moderator=db.session.get_one(Moderator, moderator_id))

    with meanwhile(app, "before_cursor_execute", "DELETE FROM bulk_decision", start_it):
        prune_proposals()
    started = run(db.session.get_one(BulkDecision, bulk_id, populate_existing=True))
    assert outcomes(started) == ["decided"] * 5
