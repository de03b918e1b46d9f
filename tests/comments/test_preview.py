"""A comment can be previewed before it is sent; nothing is stored."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from blog.comments.models import Comment
from blog.config import Settings
from blog.extensions import db
from tests.support.factories import make_article

FIELDS = {"name": "Bea Brown", "email": "bea@example.org", "website": "https://bea.example", "body": "It is *hot*."}
ADDRESS = "/articles/on-tea/comments/preview"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def article(app: Flask) -> None:
    make_article("On Tea")


def preview(client: FlaskClient, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
    return client.post(ADDRESS, data=FIELDS | fields, headers=headers)


def as_json(client: FlaskClient, **fields: str) -> dict[str, str]:
    """The response for the script on the article page."""
    answer: dict[str, str] = preview(client, JSON, **fields).get_json()
    return answer


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Comment)) or 0


def test_the_preview_shows_the_comment_and_the_form_and_stores_nothing(client: FlaskClient) -> None:
    answer = preview(client)
    assert answer.status_code == 200
    assert "<title>Your comment on “On Tea” – A Test Blog</title>" in answer.text
    assert "<p>It is <em>hot</em>.</p>" in answer.text
    assert 'href="https://bea.example" rel="nofollow ugc noopener"><bdi>Bea Brown</bdi>' in answer.text
    assert ">\nIt is *hot*.</textarea>" in answer.text
    assert 'value="bea@example.org"' in answer.text
    assert "form-errors" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
    assert count() == 0


def test_what_was_previewed_can_be_sent_from_there(client: FlaskClient) -> None:
    assert f'action="{ADDRESS.removesuffix("/preview")}"' in preview(client).text
    assert client.post(ADDRESS.removesuffix("/preview"), data=FIELDS).status_code == 303
    assert count() == 1


def test_fields_that_are_still_empty_are_not_errors_yet(client: FlaskClient) -> None:
    answer = preview(client, name="", email="", website="")
    assert answer.status_code == 200
    assert '<bdi class="comment__author">Your name</bdi>' in answer.text
    assert "field__error" not in answer.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"body": ""}, "Please write something."),
        ({"body": "[x](javascript:alert)"}, "published: javascript:alert."),
        ({"body": "b" * 5001}, "at most 5,000 characters"),
    ],
)
def test_a_text_that_cannot_be_published_is_explained_instead(
    client: FlaskClient, fields: dict[str, str], words: str
) -> None:
    answer = preview(client, None, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="preview-title"' not in answer.text
    content = as_json(client, **fields)
    assert content["html"] == ""
    assert words in content["error"]


def test_a_wrong_website_is_named_but_the_text_is_shown(client: FlaskClient) -> None:
    answer = preview(client, website="javascript:alert(1)")
    assert answer.status_code == 422
    assert "<p>It is <em>hot</em>.</p>" in answer.text
    assert 'href="javascript' not in answer.text
    assert 'id="website-error"' in answer.text


def test_a_script_gets_the_same_html_alone(client: FlaskClient) -> None:
    answer = as_json(client)
    assert answer["error"] == ""
    assert answer["html"] in preview(client).text
    assert preview(client, JSON).headers["Cache-Control"] == "no-store"
    assert count() == 0


def test_too_many_previews_wait_and_nothing_is_lost(app: Flask) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comment_preview_rate="2 per minute", comment_rate="1 per minute")
    client = app.test_client()
    assert [preview(client, JSON).status_code for _ in range(3)] == [200, 200, 429]
    answer = preview(client)
    assert answer.status_code == 429
    assert "too fast" in answer.text
    assert "It is *hot*." in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert client.post("/articles/on-tea/comments", data=FIELDS).status_code == 303, "previews are counted apart"


def test_another_site_gets_no_preview(client: FlaskClient) -> None:
    answer = preview(client, {"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "<em>hot</em>" not in answer.text


def test_a_closed_article_has_no_preview(app: Flask) -> None:
    app.config["BLOG"] = replace(app.config["BLOG"], comments="closed")
    answer = preview(app.test_client())
    assert answer.status_code == 403
    assert "It is *hot*." in answer.text
    assert "<em>hot</em>" not in answer.text


def test_an_unknown_article_has_no_preview(client: FlaskClient) -> None:
    assert client.post("/articles/nothing/comments/preview", data=FIELDS).status_code == 404


@pytest.mark.parametrize("address", [ADDRESS, "/articles/on-tea/comments"])
def test_the_address_of_a_refused_comment_redirects_to_the_form(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/articles/on-tea#comment-form"


class TestWithoutRedis:
    """Rate limits are counted in a Redis that has gone away."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, redis_url="redis://127.0.0.1:1/0")

    def test_previews_are_made_all_the_same(self, client: FlaskClient) -> None:
        assert preview(client).status_code == 200
