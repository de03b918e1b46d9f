"""Bulk decisions are carried out in batches, which may stop at any time and lose nothing."""

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import update

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import accounts, bulk_batches
from blog.moderation.bulk_batches import run_batch, running
from blog.moderation.bulk_lifecycle import (
    choose,
    propose,
    start,
    stop,
    undo_bulk,
)
from blog.moderation.bulk_models import BulkDecision, MemberOutcome
from blog.moderation.bulk_worker import BulkWorker
from blog.moderation.decision_log import log_page
from blog.moderation.decisions import decide
from blog.moderation.models import Moderator
from blog.moderation.queue_filter import QueueFilter
from blog.moderation.roles import Role
from blog.moderation.spam_training import learn_decisions
from tests.support.bulk import chosen, log_rows, outcomes, run, statuses
from tests.support.factories import make_article, make_comment, make_comments
from tests.support.queries import statements

MAX_STATEMENTS = 25


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


def test_two_moderators_decide_the_same_view_at_once(
    app: Flask, article: Article, cleo: Moderator, dan: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_batches, "BATCH_SIZE", 10)
    comments = make_comments(article, [{"body": f"Number {number}."} for number in range(60)])
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
        comments = make_comments(article, [{}] * count)
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
