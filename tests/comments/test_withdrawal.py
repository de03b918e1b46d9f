"""Authors withdraw a comment and restore it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.comments.models import Comment, Status
from blog.comments.receipts import token_of
from blog.comments.withdrawal import RESTORABLE
from blog.content.models import Article
from tests.support.factories import make_article, make_comment, make_withdrawn
from tests.support.rows import reread

LIVING = [Status.PENDING, Status.APPROVED, Status.REJECTED, Status.SPAM]


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def ask(client: FlaskClient, comment: Comment, verb: str) -> TestResponse:
    return client.post(f"/comments/{token_of(comment)}/{verb}")


@pytest.mark.parametrize("status", LIVING)
def test_a_comment_can_be_withdrawn_and_restored_from_any_state(
    client: FlaskClient, article: Article, status: Status
) -> None:
    comment = make_comment(article, status=status)
    assert ask(client, comment, "withdrawal").status_code == 303
    assert reread(comment).status == Status.WITHDRAWN
    assert "Thank you." not in client.get("/articles/on-tea").text
    page = client.get(f"/comments/{token_of(comment)}").text
    assert "You have withdrawn it." in page
    assert "<p>Thank you.</p>" in page

    assert ask(client, comment, "restoration").status_code == 303
    assert (reread(comment).status, comment.withdrawn_at, comment.withdrawn_from) == (status, None, None)
    assert ("Thank you." in client.get("/articles/on-tea").text) is (status == Status.APPROVED)


def test_withdrawing_or_restoring_twice_is_the_same_as_once(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article, status=Status.APPROVED)
    for _ in range(2):
        assert ask(client, comment, "withdrawal").status_code == 303
    assert (reread(comment).withdrawn_from, comment.version) == (Status.APPROVED, 2)
    for _ in range(2):
        assert ask(client, comment, "restoration").status_code == 303
    assert (reread(comment).status, comment.version) == (Status.APPROVED, 3)


def test_a_waiting_edit_is_restored_with_the_text_that_readers_saw(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article, status=Status.APPROVED)
    client.post(f"/comments/{token_of(comment)}/edit", data={"body": "Better.", "revision": "1"})
    ask(client, comment, "withdrawal")
    assert "Thank you." not in client.get("/articles/on-tea").text
    ask(client, comment, "restoration")
    page = client.get("/articles/on-tea").text
    assert "<p>Thank you.</p>" in page
    assert "Better." not in page


def test_a_withdrawn_comment_cannot_be_edited_and_the_text_is_kept(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article)
    ask(client, comment, "withdrawal")
    answer = client.post(f"/comments/{token_of(comment)}/edit", data={"body": "From a stale tab.", "revision": "1"})
    assert answer.status_code == 409
    assert "You have withdrawn this comment." in answer.text
    assert "From a stale tab." in answer.text


@pytest.mark.parametrize("verb", ["withdrawal", "restoration"])
def test_get_requests_change_nothing(client: FlaskClient, article: Article, verb: str) -> None:
    comment = make_comment(article)
    answer = client.get(f"/comments/{token_of(comment)}/{verb}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/comments/{token_of(comment)}")
    assert reread(comment).status == Status.PENDING


def test_after_thirty_days_it_cannot_be_restored(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article)
    make_withdrawn(comment, RESTORABLE + timedelta(seconds=1))
    ask(client, comment, "restoration")
    assert reread(comment).status == Status.WITHDRAWN
    assert "/restoration" not in client.get(f"/comments/{token_of(comment)}").text
