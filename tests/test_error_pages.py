"""What a reader sees after an error: a page without any of the operator's details."""

from collections.abc import Callable

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import text

from blog.extensions import db
from tests.support.factories import make_article

JSON = {"Accept": "application/json"}


Failing = Callable[[Callable[[], str]], FlaskClient]


@pytest.fixture
def failing(app: Flask) -> Failing:
    """The blog with one more view at ``/fail``, with errors answered as in production."""

    def with_view(view: Callable[[], str]) -> FlaskClient:
        app.testing = False
        app.add_url_rule("/fail", view_func=view)
        return app.test_client()

    return with_view


def divide() -> str:
    return str(1 // 0)


def read_from_an_unknown_table() -> str:
    return str(db.session.execute(text("SELECT secret_column FROM nowhere")))


def test_an_unexpected_error_is_a_page_without_details(failing: Failing, caplog: pytest.LogCaptureFixture) -> None:
    answer = failing(divide).get("/fail")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_of_a_database_error_shows_no_statement(failing: Failing, caplog: pytest.LogCaptureFixture) -> None:
    answer = failing(read_from_an_unknown_table).get("/fail")
    assert answer.status_code in {500, 503}, "SQLite says no more than that it cannot do this"
    assert "secret_column" not in answer.text
    assert "nowhere" in caplog.text


@pytest.mark.only_on("sqlite", reason="the page asks no database")
@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 410, 413, 418, 429, 500, 503])
def test_every_error_has_its_page_and_its_problem(failing: Failing, code: int) -> None:
    client = failing(lambda: abort(code))
    page, problem = client.get("/fail"), client.get("/fail", headers=JSON)
    assert page.status_code == problem.status_code == code
    assert page.mimetype == "text/html"
    assert f'<p class="notice__code">{code}</p>' in page.text
    assert problem.mimetype == "application/problem+json"
    assert problem.json is not None
    assert problem.json["status"] == code
    assert problem.json["title"] in page.text


def test_the_not_found_page_offers_the_newest_articles(app: Flask) -> None:
    make_article("On Tea")
    answer = app.test_client().get("/nowhere")
    assert answer.status_code == 404
    assert '<a href="/articles/on-tea" dir="auto">On Tea</a>' in answer.text


def test_the_not_found_page_needs_no_database(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE article RENAME TO elsewhere"))
    page = app.test_client().get("/static/x/nothing.css")
    assert page.status_code == 404
    assert "There is nothing at this address" in page.text
    assert "elsewhere" not in page.text
    assert "_newest.html failed" in caplog.text


def test_an_unknown_method_is_answered_with_the_allowed_ones(app: Flask) -> None:
    answer = app.test_client().delete("/tags/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_too_large_a_request_is_refused(app: Flask) -> None:
    make_article("On Tea")
    answer = app.test_client().post("/articles/on-tea/comments", data={"body": "x" * 300_000})
    assert answer.status_code == 413
    assert "That is too large" in answer.text


@pytest.mark.only_on("postgresql", reason="SQLite has no connection that could break")
def test_a_connection_broken_during_a_request_is_a_temporary_error(failing: Failing) -> None:
    def break_off() -> str:
        own = db.session.scalar(text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
        return str(db.session.scalar(text("SELECT 1")))

    client = failing(break_off)
    answer = client.get("/fail")
    assert answer.status_code == 503
    assert "cannot answer at the moment" in answer.text
    assert client.get("/").status_code == 200
