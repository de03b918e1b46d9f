"""Decisions on many comments at once: fixed when they are chosen, carried out in batches, one entry, one undo."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, select, update

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import accounts, bulk_batches
from blog.moderation.bulk import (
    BulkChanged,
    Chosen,
    UnknownComments,
    choose,
    propose,
    prune_proposals,
    start,
    stop,
    undo_bulk,
)
from blog.moderation.bulk_batches import run_batch, running
from blog.moderation.bulk_models import BulkDecision, BulkMember, MemberOutcome
from blog.moderation.bulk_worker import BulkWorker
from blog.moderation.decision_log import EVERYTHING, csv_lines, log_page
from blog.moderation.decisions import TransitionRefused, decide
from blog.moderation.models import Decision, Moderator
from blog.moderation.queue_filter import Narrowing, QueueFilter
from blog.moderation.roles import Role
from blog.moderation.spam_training import learn_decisions
from tests.support.factories import make_article, make_comment
from tests.support.queries import statements

MAX_STATEMENTS = 25


def chosen(comments: list[Comment]) -> list[Chosen]:
    return [Chosen(comment.id, comment.revision, comment.version) for comment in comments]


def run(bulk: BulkDecision) -> BulkDecision:
    """Carry it out to the end; the row as it is then."""
    while run_batch(bulk.id):
        pass
    db.session.rollback()
    db.session.refresh(bulk)
    return bulk


def statuses(comments: list[Comment]) -> list[str]:
    db.session.rollback()
    ids = [comment.id for comment in comments]
    return list(db.session.scalars(select(Comment.status).where(Comment.id.in_(ids)).order_by(Comment.id)))


def outcomes(bulk: BulkDecision) -> list[str]:
    db.session.rollback()
    query = select(BulkMember.outcome).where(BulkMember.bulk_id == bulk.id).order_by(BulkMember.comment_id)
    return list(db.session.scalars(query))


def log_rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Decision)) or 0


@pytest.fixture
def comments(article: Article) -> list[Comment]:
    return [make_comment(article, f"Number {number}.") for number in range(5)]


def test_chosen_comments_are_decided_with_one_log_entry(comments: list[Comment], cleo: Moderator) -> None:
    bulk = run(choose(chosen(comments[:4]), was=Status.PENDING, to=Status.SPAM, moderator=cleo, reason="Watches."))
    assert statuses(comments) == ["spam"] * 4 + ["pending"]
    assert (bulk.total, bulk.decided, outcomes(bulk)) == (4, 4, ["decided"] * 4)
    (entry,) = log_page().decisions
    assert (entry.bulk_id, entry.reason, entry.moderator.name) == (bulk.id, "Watches.", "Cleo")
    assert log_rows() == 4


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
    monkeypatch.setattr("blog.moderation.bulk.MAX_MEMBERS", 3)
    bulk = propose(QueueFilter(), cleo)
    assert (bulk.total, bulk.is_capped) == (3, True)
    start(bulk.id, to=Status.REJECTED, moderator=cleo)
    run(bulk)
    assert statuses(comments) == ["rejected"] * 3 + ["pending"] * 2


def test_what_has_changed_meanwhile_is_left(comments: list[Comment], cleo: Moderator, dan: Moderator) -> None:
    bulk = choose(chosen(comments), was=Status.PENDING, to=Status.APPROVED, moderator=cleo)
    decide(comments[0].id, to=Status.SPAM, revision=1, version=1, moderator=dan)
    decide(comments[1].id, to=Status.APPROVED, revision=1, version=1, moderator=dan)
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).where(Comment.id == comments[2].id).values(revision=2, version=2))
    run(bulk)
    assert outcomes(bulk) == ["left", "agreed", "left", "decided", "decided"]
    assert statuses(comments) == ["spam", "approved", "pending", "approved", "approved"]
    assert (bulk.decided, log_rows()) == (2, 4)


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


def test_counts_follow_in_every_thread(cleo: Moderator) -> None:
    articles = [make_article("On Tea"), make_article("On Milk")]
    roots = [make_comment(article, status=Status.APPROVED) for article in articles]
    replies = [make_comment(article, parent=root) for article, root in zip(articles, roots, strict=True)] + [
        make_comment(articles[0], parent=roots[0])
    ]
    run(choose(chosen(replies), was=Status.PENDING, to=Status.APPROVED, moderator=cleo))
    for row in (*articles, *roots):
        db.session.refresh(row)
    assert [article.comment_count for article in articles] == [3, 2]
    assert [root.reply_count for root in roots] == [2, 1]


def test_it_can_end_after_any_batch_and_go_on(
    comments: list[Comment], cleo: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_batches, "BATCH_SIZE", 2)
    bulk = choose(chosen(comments), was=Status.PENDING, to=Status.SPAM, moderator=cleo)
    assert run_batch(bulk.id)
    assert statuses(comments) == ["spam"] * 2 + ["pending"] * 3
    BulkWorker().work()
    assert statuses(comments) == ["spam"] * 5
    assert not run_batch(bulk.id)
    assert log_rows() == 5
    assert len(log_page().decisions) == 1


def test_a_failing_batch_stops_neither_the_others_nor_the_worker(
    comments: list[Comment], cleo: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = choose(chosen(comments[:2]), was=Status.PENDING, to=Status.SPAM, moderator=cleo)
    good = choose(chosen(comments[2:]), was=Status.PENDING, to=Status.SPAM, moderator=cleo)

    def failing(bulk_id: int) -> bool:
        if bulk_id == bad.id:
            raise RuntimeError
        return run_batch(bulk_id)

    with monkeypatch.context() as patch:
        patch.setattr("blog.moderation.bulk_worker.run_batch", failing)
        worker = BulkWorker()
        worker.work()
    assert statuses(comments) == ["pending"] * 2 + ["spam"] * 3
    assert running() == [bad.id]
    worker.work()
    assert statuses(comments) == ["spam"] * 5
    assert good.id > bad.id


def test_a_stopped_one_decides_no_further(
    comments: list[Comment], cleo: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_batches, "BATCH_SIZE", 2)
    bulk = choose(chosen(comments), was=Status.PENDING, to=Status.SPAM, moderator=cleo)
    run_batch(bulk.id)
    stop(bulk.id)
    run(bulk)
    assert outcomes(bulk) == ["decided"] * 2 + ["waiting"] * 3


def test_undo_stops_what_is_still_running(
    comments: list[Comment], cleo: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_batches, "BATCH_SIZE", 2)
    bulk = choose(chosen(comments), was=Status.PENDING, to=Status.SPAM, moderator=cleo)
    run_batch(bulk.id)
    back = run(undo_bulk(bulk.id, moderator=cleo))
    assert statuses(comments) == ["pending"] * 5
    assert (back.total, back.decided, running()) == (2, 2, [])


@pytest.mark.parametrize("change", ["disable", "demote"])
def test_it_ends_with_the_right_to_decide(comments: list[Comment], dan: Moderator, change: str) -> None:
    accounts.add("Ada", "correct horse battery", Role.ADMINISTRATOR)
    bulk = choose(chosen(comments), was=Status.PENDING, to=Status.SPAM, moderator=dan)
    if change == "disable":
        accounts.disable(dan.name)
    else:
        accounts.change_role(dan, Role.VIEWER, by=None)
    assert not run_batch(bulk.id)
    assert statuses(comments) == ["pending"] * 5
    assert running() == []


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


def test_two_moderators_decide_the_same_view_at_once(
    app: Flask, article: Article, cleo: Moderator, dan: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_batches, "BATCH_SIZE", 10)
    comments = [make_comment(article, f"Number {number}.") for number in range(60)]
    wishes = {propose(QueueFilter(), cleo).id: Status.APPROVED, propose(QueueFilter(), dan).id: Status.SPAM}
    for bulk_id, to in wishes.items():
        start(bulk_id, to=to, moderator=cleo if to == Status.APPROVED else dan)
    begin = Barrier(2)
    failures: list[Exception] = []

    def work(bulk_id: int) -> None:
        with app.app_context():
            begin.wait()
            try:
                while run_batch(bulk_id):
                    pass
            except Exception as error:
                failures.append(error)

    threads = [Thread(target=work, args=(bulk_id,)) for bulk_id in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    bulks = [db.session.get_one(BulkDecision, bulk_id, populate_existing=True) for bulk_id in wishes]
    assert sum(bulk.decided for bulk in bulks) == 60 == log_rows()
    assert set(statuses(comments)) <= {"approved", "spam"}
    for bulk in bulks:
        assert outcomes(bulk).count(MemberOutcome.DECIDED) == bulk.decided
        assert outcomes(bulk).count(MemberOutcome.LEFT) == 60 - bulk.decided
    db.session.refresh(article)
    assert article.comment_count == bulks[0].decided


def test_a_batch_costs_the_same_statements_however_many(article: Article, cleo: Moderator) -> None:
    sent: list[int] = []
    for count in (2, 40):
        comments = [make_comment(article) for _ in range(count)]
        bulk = choose(chosen(comments), was=Status.PENDING, to=Status.APPROVED, moderator=cleo)
        with statements(db.engine) as found:
            run_batch(bulk.id)
        back = undo_bulk(bulk.id, moderator=cleo)
        with statements(db.engine) as undone:
            run_batch(back.id)
        sent += [len(found), len(undone)]
    assert sent[:2] == sent[2:], sent
    assert max(sent) <= MAX_STATEMENTS


def test_the_learned_score_follows_the_members(comments: list[Comment], cleo: Moderator) -> None:
    bulk = run(choose(chosen(comments), was=Status.PENDING, to=Status.SPAM, moderator=cleo))
    assert learn_decisions() == 5
    run(undo_bulk(bulk.id, moderator=cleo))
    assert learn_decisions() == 5
