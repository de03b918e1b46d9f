"""Invalid requests are answered before any view runs."""

import time
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.extensions import db
from blog.request_checks import MAX_PATH
from tests.support.factories import make_article
from tests.support.queries import statements

MARKS = "a" + "\u0300" * 40_000 + "\u0316" * 40_000
FEWER_MARKS = "a" + "\u0300" * 20_000 + "\u0316" * 20_000


@pytest.mark.only_on("sqlite", reason="the request is refused before any database is asked")
@pytest.mark.parametrize("folder", ["articles", "tags", "authors", "tag", "category", "author", "comments", "x"])
def test_an_address_longer_than_any_slug_is_not_looked_up(app: Flask, folder: str) -> None:
    start = time.process_time()
    with statements(db.engine) as sent:
        answer = get_unquoted(app, f"/{folder}/{MARKS}")
    assert answer.status_code == 404
    assert len(sent) == 1, "only for the articles that the error page lists"
    assert time.process_time() - start < 2  # it was 9 seconds when the address was normalised


def get_unquoted(app: Flask, path: str) -> TestResponse:
    """The answer to a request whose path is already decoded, because a client takes long to quote a long path."""
    client = app.test_client(use_cookies=False)
    return client.get("/", environ_overrides={"PATH_INFO": path.encode().decode("latin-1")})


@pytest.mark.only_on("sqlite", reason="the icon is sent without asking a database")
def test_a_condition_with_an_impossible_date_is_ignored(client: FlaskClient) -> None:
    icon = client.get("/favicon.ico")
    for name in ("If-Modified-Since", "If-Unmodified-Since", "If-Range"):
        for date in ("Mon, 99999999999999999999 Jan 2024 00:00:00 GMT", "nonsense"):
            answer = client.get("/favicon.ico", headers={name: date, "Range": "bytes=0-1"})
            assert (answer.status_code, answer.data) == (200, icon.data), (name, date)


def test_the_longest_possible_address_is_looked_up(app: Flask) -> None:
    with statements(db.engine) as sent:
        assert app.test_client().get("/" + "x" * (MAX_PATH - 1)).status_code == 404
    assert [statement for statement in sent if "path IN" in statement]


@pytest.mark.parametrize("field", ["name", "email", "website", "body"])
def test_a_comment_of_marks_alone_is_refused_at_once(app: Flask, field: str) -> None:
    make_article("On Tea")
    form = {"name": "Bea", "email": "bea@example.org", "body": "Thank you."} | {field: FEWER_MARKS}
    start = time.process_time()
    assert app.test_client().post("/articles/on-tea/comments", data=form).status_code == 422
    assert time.process_time() - start < 2


@pytest.mark.only_on("sqlite", reason="the request is refused before any database is asked")
@pytest.mark.parametrize(
    "host",
    ["a b", "[", "[::1", "blog.example/x", "ada@blog.example", "blog.example:0x", "é.example", "a\\b", "x:99999"],
)
def test_an_invalid_host_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host.encode().decode("latin-1")})
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.only_on("sqlite", reason="the request is refused before any database is asked")
@pytest.mark.parametrize("scheme", ["javascript", "https,http", "x"])
def test_an_invalid_scheme_is_refused(client: FlaskClient, scheme: str) -> None:
    answer = client.get("/moderation/login", environ_overrides={"wsgi.url_scheme": scheme})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (400, "no-store")


@pytest.mark.only_on("sqlite", reason="no database decides about hosts")
def test_a_valid_host_is_accepted(client: FlaskClient) -> None:
    for host in ("blog.example", "blog.example:8000", "127.0.0.1:8000", "[::1]:8000", "BLOG.example."):
        assert client.get("/", headers={"Host": host}).status_code == 200, host


@pytest.mark.only_on("sqlite", reason="the request is refused before any database is asked")
def test_a_redirect_to_a_slash_names_no_host(client: FlaskClient) -> None:
    answer = client.get("/tags?x=1", base_url="http://evil.example")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/tags/?x=1")


def test_no_path_leads_to_another_site(client: FlaskClient) -> None:
    for path in ("//evil.example", "//evil.example/", "/\\evil.example", "//evil.example/tags"):
        assert client.get("/?x=1", environ_overrides={"PATH_INFO": path}).status_code == 404, path
    answer = client.get("/?x=1", environ_overrides={"PATH_INFO": "//tags"})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/tags/?x=1")


@pytest.mark.only_on("sqlite", reason="the request is refused before any database is asked")
@pytest.mark.parametrize(
    "path", ["/articles/on-tea/comments", "/articles/on-tea/comments/preview", "/moderation/login"]
)
def test_a_body_that_is_not_a_form_is_refused(client: FlaskClient, path: str) -> None:
    json = "application/json"
    for body, type_ in ((b'{"name": ["x"]}', json), (b"[1]", json), (b"x", "text/plain"), (b"x", "")):
        answer = client.post(path, data=body, content_type=type_)
        assert answer.status_code == 415, (body, type_)
        assert "That is not a form" in answer.text


def test_a_file_in_place_of_a_text_is_ignored(client: FlaskClient) -> None:
    make_article("On Tea")
    form = {"name": (BytesIO(b"x"), "x.txt"), "email": "bea@example.org", "body": "Thank you."}
    answer = client.post("/articles/on-tea/comments", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Please give a name" in answer.text
    assert "Thank you." in answer.text


def test_a_refusal_leaves_one_line_without_what_was_typed(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    make_article("On Tea")
    client.post("/articles/on-tea/comments", data={"name": "Bea-was-here", "email": "bea@example.org"})
    assert caplog.messages == ["Refused with 422: comments.submit, from 127.0.0.0/24"]
