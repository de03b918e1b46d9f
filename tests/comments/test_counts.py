"""Counts are updated with each change, shown everywhere, and can be checked against the rows."""

import random
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from blog.cli.comments import comments_group
from blog.comments import counts
from blog.comments.counts import WrongCount, repair, wrong_counts
from blog.comments.models import Comment, Status
from blog.comments.status import change_status
from blog.content.models import Article
from blog.database import write_transaction
from blog.doctor.comments_check import check_comments
from blog.doctor.findings import Level
from blog.extensions import db
from tests.support.factories import make_article, make_comment


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea", tags=("Tea",))


def move(comment_id: int, to: Status) -> bool:
    with write_transaction(db.session()) as session:
        return change_status(session, session.get_one(Comment, comment_id, populate_existing=True), to)


def count(article: Article) -> int | None:
    db.session.rollback()
    return db.session.scalar(select(Article.comment_count).where(Article.id == article.id))


def replies(comment: Comment) -> int | None:
    db.session.rollback()
    return db.session.scalar(select(Comment.reply_count).where(Comment.id == comment.id))


def test_a_comment_counts_while_it_is_public(article: Article) -> None:
    root = make_comment(article, status=Status.APPROVED)
    reply = make_comment(article, parent=root)
    deeper = make_comment(article, parent=reply, status=Status.APPROVED)
    assert (count(article), replies(root), replies(reply)) == (2, 1, 1)
    move(reply.id, Status.APPROVED)
    assert (count(article), replies(root), replies(reply)) == (3, 2, 1)
    move(reply.id, Status.REJECTED)
    move(reply.id, Status.SPAM)
    assert (count(article), replies(root)) == (2, 1)
    move(deeper.id, Status.WITHDRAWN)
    assert (count(article), replies(root), replies(reply)) == (1, 0, 0)


def test_a_refused_change_to_a_stale_row_changes_no_count(article: Article) -> None:
    comment = make_comment(article)
    with write_transaction(db.session()) as session:
        stale = session.get_one(Comment, comment.id)
        session.execute(update(Comment).values(version=7).execution_options(synchronize_session=False))
        assert not change_status(session, stale, Status.APPROVED)
    assert count(article) == 0


def test_whatever_moderators_do_the_counts_are_right(article: Article) -> None:
    choose = random.Random(7)  # noqa: S311 - any sequence will do, but the same each time
    comments = [make_comment(article)]
    for _ in range(40):
        comments.append(make_comment(article, parent=choose.choice([*comments, None])))
    for _ in range(150):
        move(choose.choice(comments).id, choose.choice(list(Status)))
    assert list(wrong_counts(db.session())) == []
    assert count(article) == db.session.scalar(
        select(func.count()).where(Comment.article_id == article.id, Comment.IS_PUBLIC)
    )


def test_decisions_at_the_same_time_count_each_once(app: Flask, article: Article) -> None:
    root = make_comment(article)
    comments = [root, *(make_comment(article, parent=root) for _ in range(5))]
    comments += [make_comment(article, parent=comment) for comment in comments]

    def decide(number: int) -> None:
        with app.app_context():
            for step in range(len(comments)):
                move(comments[(number * 5 + step) % len(comments)].id, Status.APPROVED)

    threads = [Thread(target=decide, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(article) == len(comments)
    assert list(wrong_counts(db.session())) == []


def test_wrong_counts_are_found_and_repaired(article: Article) -> None:
    root = make_comment(article, status=Status.APPROVED)
    make_comment(article, parent=root, status=Status.APPROVED)
    alone = make_comment(article)
    with write_transaction(db.session()) as session:
        session.execute(update(Article).values(comment_count=7))
        session.execute(update(Comment).where(Comment.id != alone.id).values(reply_count=0))
        session.execute(update(Comment).where(Comment.id == alone.id).values(reply_count=3))
    found = list(wrong_counts(db.session()))
    assert {(wrong.table, wrong.row_id, wrong.stored, wrong.counted) for wrong in found} == {
        ("article", article.id, 7, 2), ("comment", root.id, 0, 1), ("comment", alone.id, 3, 0)
    }  # fmt: skip
    with write_transaction(db.session()) as session:
        assert repair(session) == found
    assert list(wrong_counts(db.session())) == []


@pytest.mark.only_on("postgresql", reason="SQLite has one writer at a time")
def test_a_decision_during_a_repair_is_counted(app: Flask, article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_comment(article, status=Status.APPROVED)
    waiting_id = make_comment(article, parent=root).id
    with write_transaction(db.session()) as session:
        session.execute(update(Article).values(comment_count=7))
    threads: list[Thread] = []

    def approve() -> None:
        with app.app_context():
            move(waiting_id, Status.APPROVED)

    def store(session: Session, wrong: WrongCount) -> None:
        """A moderator decides after the count, before it is stored; the decision may have to wait for the repair."""
        threads.append(Thread(target=approve))
        threads[-1].start()
        threads[-1].join(1)
        honest(session, wrong)

    honest = counts._store
    monkeypatch.setattr(counts, "_store", store)
    with write_transaction(db.session()) as session:
        repair(session)
    threads[0].join()
    assert (count(article), replies(root)) == (2, 1)
    assert list(wrong_counts(db.session())) == []


def test_a_command_corrects_counts_and_doctor_asks_for_it(article: Article, runner: FlaskCliRunner) -> None:
    make_comment(article, status=Status.APPROVED)
    assert runner.invoke(comments_group, ["recount"]).output == "All counts are right.\n"
    assert [finding.level for finding in check_comments()] == [Level.GOOD]
    with write_transaction(db.session()) as session:
        session.execute(update(Article).values(comment_count=7))
    [finding] = check_comments()
    assert "such as on-tea; run: blog comments recount" in str(finding)
    assert "1 wrong. Nothing was changed." in runner.invoke(comments_group, ["recount", "--dry-run"]).output
    assert count(article) == 7
    answer = runner.invoke(comments_group, ["recount"])
    assert f"article {article.id}: 7 stored, 1 counted\n1 wrong. They are corrected." in answer.output
    assert count(article) == 1


@pytest.mark.parametrize("path", ["/", "/tags/tea", "/authors/ada-byron"])
def test_listings_show_the_count(client: FlaskClient, article: Article, path: str) -> None:
    assert "summary__comments" not in client.get(path).text
    make_comment(article, status=Status.APPROVED)
    assert '<a class="summary__comments" href="/articles/on-tea#comments">1 comment</a>' in client.get(path).text
    make_comment(article, status=Status.APPROVED)
    assert '<a class="summary__comments" href="/articles/on-tea#comments">2 comments</a>' in client.get(path).text
    assert f"comments/{article.id}" in client.get(path).headers["Surrogate-Key"]


def test_an_article_shows_the_count_and_a_link_to_the_form(client: FlaskClient, article: Article) -> None:
    head = client.get("/articles/on-tea").text.split("</header>", 2)[1]
    assert ">No comments yet</a>" in head
    assert '<a href="#comment-form">write one</a>' in head
    make_comment(article, status=Status.APPROVED)
    page = client.get("/articles/on-tea").text
    assert page.count('<a class="comment-links__count" href="#comments">1 comment</a>') == 2
