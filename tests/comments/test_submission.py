"""A comment is stored exactly once, however often it is sent."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from blog.comments.models import Comment
from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from tests.comments.sending import send, stored
from tests.support.factories import make_article


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, comment_rate="50 per minute")


@pytest.fixture(autouse=True)
def article(app: Flask) -> Article:
    return make_article("On Tea")


def test_a_second_click_makes_no_second_comment(client: FlaskClient) -> None:
    first, second = send(client), send(client)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(stored()) == 1


def test_two_clicks_at_once_make_one_comment(app: Flask) -> None:
    barrier, answers = Barrier(4), list[TestResponse]()

    def click() -> None:
        client = app.test_client()
        barrier.wait()
        answers.append(send(client))

    threads = [Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(stored()) == 1


def assert_refused(answer: TestResponse) -> None:
    assert answer.status_code == 409
    assert "You have sent this comment before" in answer.text
    assert "I boil it *once* &amp; no more." in answer.text
    assert len(stored()) == 1


def test_the_same_text_is_refused_later_and_under_another_name(client: FlaskClient) -> None:
    send(client)
    assert_refused(send(client, name="Somebody Else"))
    with write_transaction(db.session()) as session:
        session.execute(update(Comment).values(submitted_at=utc_now().replace(year=2020)))
    assert_refused(send(client))


def test_the_same_text_from_someone_else_is_another_comment(client: FlaskClient) -> None:
    send(client)
    assert send(client, email="cy@example.org").status_code == 303
    assert len(stored()) == 2
