"""A text that could not be stored comes back with the page of the error."""

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from blog.database import utc_now
from blog.moderation import accounts
from tests.support.clients import PASSWORD, Visitor
from tests.support.factories import make_article, make_comment

FORM = {"name": "Bea", "email": "bea@example.org", "body": "A long <b>thought</b>\nin two lines."}
AGAIN = 'name="body" dir="auto" aria-describedby="typed-hint">\nA long &lt;b&gt;thought&lt;/b&gt;\nin two lines.'


def full(*_: object, **__: object) -> None:
    raise OperationalError("INSERT", {}, Exception("database or disk is full"))


def test_a_full_disk_gives_a_comment_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_article("On Tea")
    monkeypatch.setattr("blog.comments.views.submit", full)
    answer = app.test_client().post("/articles/on-tea/comments", data=FORM)
    assert answer.status_code == 503
    assert AGAIN in answer.text
    assert 'action="/articles/on-tea/comments"' in answer.text
    assert '<input type="hidden" name="email" value="bea@example.org">' in answer.text


def test_a_database_that_is_away_gives_a_comment_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.comments.views.public_article", full)
    assert AGAIN in app.test_client().post("/articles/on-tea/comments", data=FORM).text


@pytest.mark.parametrize(("slug", "status"), [("on-tea", 410), ("never-was", 404)])
def test_an_article_withdrawn_meanwhile_gives_a_comment_back(app: Flask, slug: str, status: int) -> None:
    make_article("On Tea", withdrawn_at=utc_now())
    answer = app.test_client().post(f"/articles/{slug}/comments", data=FORM)
    assert answer.status_code == status
    assert AGAIN in answer.text
    assert "It was not stored. Copy it if you want to keep it." in answer.text
    assert "Send it again" not in answer.text


def test_another_site_gets_no_form_to_send_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.comments.views.public_article", full)
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = app.test_client().post("/articles/on-tea/comments", data=FORM, headers=headers)
    assert answer.status_code == 503
    assert "in two lines" not in answer.text


def test_typed_text_comes_back_even_if_the_error_page_fails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.comments.views.public_article", full)
    monkeypatch.setitem(app.extensions, "error_page", full)
    assert "<pre>A long &lt;b&gt;thought" in app.test_client().post("/articles/on-tea/comments", data=FORM).text


def test_a_full_disk_gives_a_moderator_s_reason_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    comment = make_comment(make_article("On Tea"))
    accounts.add("Cleo", PASSWORD)
    visitor = Visitor(app)
    visitor.sign_in()
    monkeypatch.setattr("blog.moderation.decision_views.decide", full)
    answer = visitor.press("Reject", comment, reason="It says nothing of tea.")
    assert answer.status_code == 503
    assert 'name="reason"' in answer.text
    assert "It says nothing of tea.</textarea>" in answer.text
    assert '<input type="hidden" name="csrf_token"' in answer.text


def test_a_sign_in_that_fails_gives_no_password_back(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(app)
    visitor.visit("/moderation/login")
    monkeypatch.setattr("blog.moderation.login.authenticate", full)
    answer = visitor.press("Sign in", name="Cleo", password="hunter2 hunter2", reason="Kept.")
    assert answer.status_code == 503
    assert "Kept." in answer.text
    assert "hunter2" not in answer.text
