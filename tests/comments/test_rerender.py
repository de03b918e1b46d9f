"""After a change of the cleaning rules, the HTML of comments is made again from their texts."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from blog.cache.purges import CachePurge
from blog.cli.comments import comments_group
from blog.comments import rerender
from blog.comments.erasure import erase
from blog.comments.models import Comment, CommentRevision, Status
from blog.comments.rerender import Rerendering
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.markup import clean_comment
from blog.markup.comment import CLEANER_VERSION, CleanComment
from tests.support.factories import make_article, make_comment, make_comments

OLD = {"cleaner_version": 0, "body_html": "<p>made by old rules</p>"}
CLEAN = "<p>A <em>word</em>.</p>\n"


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def outdated(article: Article, count: int, **fields: object) -> list[int]:
    return [comment.id for comment in make_comments(article, [{"body": "A *word*."}] * count, **OLD | fields)]


def html() -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Comment.body_html).order_by(Comment.id)))


def purged() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(CachePurge.key)))


def test_outdated_texts_are_cleaned_again_and_no_others(article: Article, runner: FlaskCliRunner) -> None:
    outdated(article, 3)
    make_comment(article, "A *word*.", body_html="<p>kept</p>", cleaner_version=CLEANER_VERSION)
    with write_transaction(db.session()) as session:
        session.add(
            CommentRevision(comment_id=1, revision=0, body="Old *word*.", body_html="", cleaner_version=0,
                            created_at=utc_now())
        )  # fmt: skip
    answer = runner.invoke(comments_group, ["rerender"])
    assert answer.exit_code == 0
    assert "4 texts cleaned again; the HTML of 4 has changed." in answer.output
    assert "Cleaning comments … 4 of 4" in answer.output
    assert html() == [CLEAN, CLEAN, CLEAN, "<p>kept</p>"]
    assert db.session.scalars(select(CommentRevision.body_html)).all() == ["<p>Old <em>word</em>.</p>\n"]
    assert {row.cleaner_version for row in db.session.scalars(select(Comment))} == {CLEANER_VERSION}
    assert f"article/{article.id}" in purged()
    again = runner.invoke(comments_group, ["rerender"])
    assert "All comments are already cleaned by the present rules." in again.output


def test_html_that_stays_the_same_purges_nothing(article: Article) -> None:
    outdated(article, 2, body_html=CLEAN, status=Status.APPROVED)
    state = rerender.rerender(lambda _: None)
    assert (state.done, state.changed) == (2, 0)
    assert purged() == set()


def test_the_next_run_continues_a_stopped_one(
    article: Article, monkeypatch: pytest.MonkeyPatch, runner: FlaskCliRunner
) -> None:
    monkeypatch.setattr(rerender, "BATCH_SIZE", 2)
    outdated(article, 7)

    def stop(after: int) -> Callable[[Rerendering], None]:
        def on_progress(state: Rerendering) -> None:
            if state.done >= after:
                raise KeyboardInterrupt

        return on_progress

    with pytest.raises(KeyboardInterrupt):
        rerender.rerender(stop(4))
    assert html().count(CLEAN) == 4
    monkeypatch.setattr("blog.cli.comments._show_progress", stop(2))
    answer = runner.invoke(comments_group, ["rerender"])
    assert answer.exit_code == 130
    assert "run the same command to continue" in answer.output
    assert html().count(CLEAN) == 6
    assert rerender.rerender(lambda _: None).done == 1
    assert html() == [CLEAN] * 7


def test_a_text_that_is_too_complex_is_shown_as_plain_text(article: Article, runner: FlaskCliRunner) -> None:
    make_comment(article, "<b>" * 1600, **OLD)
    answer = runner.invoke(comments_group, ["rerender"])
    assert "1 of them are too complex" in answer.output
    assert html() == [f"<p>{'&lt;b&gt;' * 1600}</p>\n"]


def test_a_decision_that_was_read_before_is_still_valid(article: Article) -> None:
    (id_,) = outdated(article, 1)
    rerender.rerender(lambda _: None)
    comment = db.session.get_one(Comment, id_)
    assert (comment.revision, comment.version) == (1, 1)


def test_a_comment_can_be_erased_while_it_is_cleaned_and_stays_empty(
    article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id_,) = outdated(article, 1)

    def clean_and_erase(body: str) -> CleanComment:
        with Session(db.engine) as other, write_transaction(other) as session:
            assert erase(session, session.get_one(Comment, id_))
        return clean_comment(body)

    monkeypatch.setattr(rerender, "clean_comment", clean_and_erase)
    state = rerender.rerender(lambda _: None)
    assert html() == [""]
    assert state.changed == 0
