"""Moderators find comments by their words, whatever changed the comments."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, select, text, update

from blog.comments.erasure import erase
from blog.comments.models import Comment, Status
from blog.comments.search import delete_removed_words, prepare_search, read_query
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from tests.support.factories import make_article, make_comment, make_comments

FOUND_BY = (
    "kettle", "KETTLE", "kettl", "the kettle", "kettle the", '"the copper kettle"', "creme brulee", "Crème",
    "cre\u0300me", "ada", "Ada Byron", "ada@example.org", "example.org", '"ada@example.org"', "tea.example",
    "привет", "Привет",
)  # fmt: skip
NOT_FOUND_BY = ("saucer", '"kettle copper"', "kettle saucer", "pending", "ettle", "k", "ke ttle")
MALFORMED = (
    "", "   ", '"', '""', "***", "AND", "OR NOT", "NEAR(a b)", "body:", "body : x", "-x", "^x", "a:*", "'", "':*", "\\",
    "a & | !", "<->", ":words", "%", "\x00", "\ufdfa", "\u0301" * 150, "a" * 500, "x " * 400, "{name} : a", "()",
)  # fmt: skip


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article()


def found(asked: str, status: Status = Status.PENDING) -> set[int]:
    query = select(Comment.id).where(Comment.status == status, prepare_search(read_query(asked), status))
    return set(db.session.scalars(query))


def test_a_comment_is_found_by_its_text_and_by_its_sender(article: Article) -> None:
    comment = make_comment(
        article, "Take the copper kettle. Crème brûlée! Привет", name="Ada Byron", email="ada@example.org",
        website="https://tea.example/pots",
    )  # fmt: skip
    make_comment(article, "Milk first.", name="Bea", email="bea@example.net")
    for asked in FOUND_BY:
        assert found(asked) == {comment.id}, asked


def test_a_comment_without_all_the_words_is_not_found(article: Article) -> None:
    make_comment(article, "Take the copper kettle.")
    for asked in (*NOT_FOUND_BY, *MALFORMED):
        assert found(asked) == set(), asked


def test_a_comment_is_found_under_its_status_only(article: Article) -> None:
    comment = make_comment(article, "Take the copper kettle.")
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).values(status=Status.SPAM))
    assert found("kettle") == set()
    assert found("kettle", Status.SPAM) == {comment.id}


def test_the_index_follows_every_change_of_a_comment(article: Article) -> None:
    comment = make_comment(article, "Take the copper kettle.", name="Ada", email="ada@example.org")
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).values(body="Take the iron pot.", name="Bea"))
    assert found("kettle") == found("ada kettle") == set()
    assert found("iron bea") == {comment.id}
    with write_transaction(db.session()) as session:
        session.execute(delete(Comment))
    assert found("iron") == set()


def test_comments_from_before_the_index_are_found(app: Flask) -> None:
    comment = make_comment(make_article(), "Take the copper kettle.")
    db.session.remove()
    downgrade(revision="0026")
    upgrade()
    assert found("kettle") == {comment.id}


def test_nothing_of_an_erased_comment_is_found(article: Article) -> None:
    comment = make_comment(article, "Take the copper kettle.", name="Ada", email="ada@example.org")
    with write_transaction(db.session()) as session:
        erase(session, session.get_one(Comment, comment.id))
    for asked in ("kettle", "ada", "example.org"):
        for status in Status:
            assert found(asked, status) == set(), (asked, status)


@pytest.mark.only_on("sqlite", reason="PostgreSQL removes them by itself")
def test_words_of_an_erased_comment_are_deleted_from_the_stored_index(article: Article) -> None:
    comments = make_comments(article, [{"body": f"Take kettle {number}."} for number in range(20)])
    erased = make_comment(article, "Take the xylophone.", name="Quentin")
    with write_transaction(db.session()) as session:
        erase(session, session.get_one(Comment, erased.id))
    assert "ylophone" in stored_index()
    delete_removed_words()
    assert "ylophone" not in stored_index()
    assert "uentin" not in stored_index()
    assert found("kettle") == {comment.id for comment in comments}
    delete_removed_words()  # Ends at once if there is nothing to do.


def stored_index() -> str:
    blocks = db.session.scalars(text("SELECT block FROM comment_search_data"))
    return b" ".join(blocks).decode("latin-1")
