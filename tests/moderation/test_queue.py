"""The pages of the queue and the log, at the same cost for each."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from blog.comments.models import Comment, Status
from blog.comments.withdrawal import restore, withdraw
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import queue
from blog.moderation.commenter_history import MAX_COUNTED
from blog.moderation.decision_log import LogFilter, log_page
from blog.moderation.decisions import decide, undo
from blog.moderation.models import Moderator
from blog.moderation.queue_changes import changes_since
from blog.moderation.queue_filter import Narrowing, QueueFilter
from tests.support.clients import Visitor
from tests.support.factories import NOON, make_article, make_comment, make_comments
from tests.support.queries import plan, statements


def many(article: Article, count: int, status: Status = Status.PENDING) -> list[int]:
    """Create ``count`` comments, three per minute, and return their ids, oldest first."""
    each = [{"submitted_at": NOON + timedelta(minutes=number // 3)} for number in range(count)]
    return [comment.id for comment in make_comments(article, each, status=status)]


def pages(status: Status) -> list[list[int]]:
    found, after = [], None
    while True:
        page = queue.load_page(QueueFilter(status), after)
        found.append([card.comment.id for card in page.cards])
        after = page.after
        if after is None:
            return found


@pytest.mark.parametrize("status", Status)
def test_pending_comments_come_oldest_first_and_others_newest_first(article: Article, status: Status) -> None:
    ids = many(article, 2 * queue.PAGE_SIZE + 1, status)
    make_comment(article, status=Status.SPAM if status is not Status.SPAM else Status.PENDING)
    found = pages(status)
    assert [len(page) for page in found] == [queue.PAGE_SIZE, queue.PAGE_SIZE, 1]
    assert [one for page in found for one in page] == (ids if status is Status.PENDING else ids[::-1])


def test_the_next_page_follows_even_a_decided_last_comment(article: Article, cleo: Moderator) -> None:
    ids = many(article, queue.PAGE_SIZE + 2)
    after = queue.load_page(QueueFilter()).after
    assert after == ids[queue.PAGE_SIZE - 1]
    decide(after, to=Status.APPROVED, revision=1, version=1, moderator=cleo)
    assert [card.comment.id for card in queue.load_page(QueueFilter(), after).cards] == ids[queue.PAGE_SIZE :]


def test_a_moderator_can_open_the_next_page(visitor: Visitor, article: Article) -> None:
    ids = many(article, queue.PAGE_SIZE + 1)
    assert f'id="comment-{ids[-1]}"' not in visitor.visit("/moderation/").text
    address = f"/moderation/?status=pending&amp;after={ids[-2]}"
    assert address in visitor.text
    visitor.visit(address.replace("&amp;", "&"))
    assert f'id="comment-{ids[-1]}"' in visitor.text
    assert "More comments" not in visitor.text


def test_an_empty_page_says_the_queue_is_empty_only_if_it_is(visitor: Visitor, article: Article) -> None:
    last = many(article, 2)[-1]
    assert "The queue is empty." not in visitor.visit(f"/moderation/?after={last}").text
    assert "Back to the first page" in visitor.text


def test_an_empty_narrowed_page_does_not_link_to_itself(visitor: Visitor, article: Article) -> None:
    make_comment(article)
    elsewhere = make_comment(make_article("On Milk"), status=Status.APPROVED)
    address = f"/moderation/?status=pending&amp;article={elsewhere.article_id}"
    page = visitor.visit(address.replace("&amp;", "&")).text
    assert "None of these comments is in this state." in page
    assert f'href="{address}">Back to the first page' not in page
    page = visitor.visit(address.replace("&amp;", "&") + f"&after={elsewhere.id}").text
    assert f'href="{address}">Back to the first page' in page


@pytest.mark.parametrize("after", ["x", "0", "-1", "99999999999999999999"])
def test_an_invalid_position_shows_the_first_page(visitor: Visitor, article: Article, after: str) -> None:
    (comment_id,) = many(article, 1)
    for page in (f"/moderation/?after={after}", f"/moderation/?decided={after}"):
        assert f'id="comment-{comment_id}"' in visitor.visit(page).text
    assert visitor.visit(f"/moderation/log?before={after}").status_code == 200


def test_comments_are_counted_up_to_a_limit(article: Article) -> None:
    many(article, 3, Status.SPAM)
    with write_transaction(db.session()) as session:
        first = make_row(article)
        session.add_all([make_row(article, number) for number in range(MAX_COUNTED)])
    assert list(queue.counts().items()) == [
        ("pending", "99"),
        ("approved", "0"),
        ("rejected", "0"),
        ("spam", "3"),
        ("withdrawn", "0"),
    ]
    with write_transaction(db.session()) as session:
        session.add(first)
    assert queue.counts()[Status.PENDING] == "99+"


def make_row(article: Article, number: int = -1) -> Comment:
    return Comment(
        article_id=article.id, status=Status.PENDING, name="Bea", email="bea@example.org", website="", body="Tea.",
        body_html="<p>Tea.</p>", cleaner_version=1, submitted_at=NOON, network="", user_agent="",
        fingerprint=f"many {number}", receipt_token_hash=f"many {number}",
    )  # fmt: skip


def test_the_log_is_paged_newest_first(article: Article, cleo: Moderator) -> None:
    ids = many(article, queue.PAGE_SIZE + 1)
    for comment_id in ids:
        decide(comment_id, to=Status.APPROVED, revision=1, version=1, moderator=cleo)
    first = log_page()
    assert [decision.comment_id for decision in first.decisions] == ids[:0:-1]
    assert [decision.comment_id for decision in log_page(before=first.before).decisions] == ids[:1]
    assert log_page(before=first.before).before is None


def test_the_log_of_one_comment_is_its_own(article: Article, cleo: Moderator) -> None:
    for comment_id in many(article, 2):
        decide(comment_id, to=Status.APPROVED, revision=1, version=1, moderator=cleo)
        page = log_page(LogFilter(comment_id=comment_id))
        assert [decision.comment_id for decision in page.decisions] == [comment_id]


def test_a_page_runs_no_more_statements_when_it_shows_more(visitor: Visitor, cleo: Moderator) -> None:
    def decided(number: int) -> None:
        comment = make_comment(make_article(f"Piece {number}"))
        decision = decide(comment.id, to=Status.APPROVED, revision=1, version=1, moderator=cleo)
        assert decision is not None
        if number % 2:
            undo(decision.id, moderator=cleo)

    def count(path: str) -> int:
        with statements(db.engine) as sent:
            assert visitor.visit(path).status_code == 200
        return len(sent)

    paths = ("/moderation/?decided=1", "/moderation/?status=approved&decided=1", "/moderation/log")
    with time_machine.travel(utc_now(), tick=False):  # once a minute a page also notes that the session is in use
        decided(0)
        decided(1)
        few = {path: count(path) for path in paths}
        for number in range(2, 2 * queue.PAGE_SIZE + 4):
            decided(number)
        for path in paths:
            assert count(path) <= few[path] <= 11, path


def test_the_first_page_and_a_later_one_are_read_from_the_index(app: Flask, article: Article) -> None:
    after = many(article, 3)[0]
    for start in (None, after):
        with statements(db.engine) as found:
            queue.load_page(QueueFilter(), start, session_id=1)
        page = next(statement for statement in found if "ORDER BY comment.submitted_at" in statement)
        assert "OFFSET" not in page.replace("LIMIT ? OFFSET ?", "")
        if db.engine.dialect.name == "sqlite":
            steps = plan(page, "pending")
            assert any("USING INDEX ix_comment_queue" in step for step in steps), steps
            assert not any("TEMP B-TREE" in step for step in steps), steps


@pytest.mark.only_on("sqlite", reason="PostgreSQL rightly scans a table of a few rows")
def test_new_comments_are_counted_among_the_newest_ids(article: Article) -> None:
    first = many(article, 3)[0]
    for wanted in (QueueFilter(), QueueFilter(Status.PENDING, Narrowing.NETWORK, first)):
        with statements(db.engine) as found:
            assert changes_since(wanted, 0, first).arrived == 2
        counting = next(statement for statement in found if "newer" in statement)
        searched = [step for step in plan(counting) if "comment" in step]
        assert {"PRIMARY KEY" in step for step in searched} == {True}, searched


def test_withdrawn_comments_have_a_list_without_decisions(visitor: Visitor, article: Article) -> None:
    comment = make_comment(article, "Taken back.")
    withdraw(comment.id)
    page = visitor.visit("/moderation/?status=withdrawn").text
    assert "Taken back." in page
    assert "Its author withdrew it. It is erased on" in page
    assert 'name="to"' not in page
    assert "Taken back." not in visitor.visit("/moderation/").text
    assert restore(comment.id)
    assert "Taken back." not in visitor.visit("/moderation/?status=withdrawn").text
