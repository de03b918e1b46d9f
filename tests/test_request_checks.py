"""Requests that no view needs to see are answered before any does."""

import time

import pytest
from flask import Flask

from blog.extensions import db
from blog.request_checks import MAX_PATH
from tests.support.factories import make_article
from tests.support.queries import statements

MARKS = "a" + "\u0300" * 40_000 + "\u0316" * 40_000
FEWER_MARKS = "a" + "\u0300" * 20_000 + "\u0316" * 20_000


@pytest.mark.parametrize("folder", ["articles", "tags", "authors", "tag", "category", "author", "comments", "x"])
def test_an_address_longer_than_any_slug_is_not_looked_for(app: Flask, folder: str) -> None:
    start = time.process_time()
    with statements(db.engine) as sent:
        answer = app.test_client().get(f"/{folder}/{MARKS}")
    assert answer.status_code == 404
    assert not [statement for statement in sent if "slug =" in statement or "path =" in statement]
    assert time.process_time() - start < 2  # 9 seconds when the address was normalised


def test_the_longest_address_that_can_exist_is_looked_for(app: Flask) -> None:
    with statements(db.engine) as sent:
        assert app.test_client().get("/" + "x" * (MAX_PATH - 1)).status_code == 404
    assert [statement for statement in sent if "path =" in statement]


@pytest.mark.parametrize("field", ["name", "email", "website", "body"])
def test_a_comment_of_marks_alone_is_refused_at_once(app: Flask, field: str) -> None:
    make_article("On Tea")
    form = {"name": "Bea", "email": "bea@example.org", "body": "Thank you."} | {field: FEWER_MARKS}
    start = time.process_time()
    assert app.test_client().post("/articles/on-tea/comments", data=form).status_code == 422
    assert time.process_time() - start < 2
