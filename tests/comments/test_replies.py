"""Replying to a comment: from its link to the receipt."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blog.comments.models import Comment, Status
from blog.config import Settings
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from tests.support.factories import make_article, make_comment
from tests.support.rows import newest_comment

FIELDS = {"name": "Cid", "email": "cid@example.org", "website": "", "body": "So do I."}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, comment_rate="50 per minute")


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


@pytest.fixture
def parent(article: Article) -> Comment:
    return make_comment(article, "I boil it twice.", status=Status.APPROVED)


def send(client: FlaskClient, parent: object, slug: str = "on-tea", **fields: str) -> TestResponse:
    return client.post(f"/articles/{slug}/comments", data=FIELDS | {"parent": str(parent)} | fields)


def test_the_reply_link_opens_a_form_below_the_comment(client: FlaskClient, parent: Comment) -> None:
    page = client.get("/articles/on-tea").text
    link = re.search(r'class="comment__reply" href="([^"]+)" rel="nofollow"', page)
    assert link is not None
    answer = client.get(link[1])
    assert "I boil it twice." in answer.text
    assert "Reply to Bea Brown</h2>" in answer.text
    assert f'<input name="parent" type="hidden" value="{parent.id}">' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers


def test_a_reply_is_stored_below_its_parent_and_waits(client: FlaskClient, parent: Comment) -> None:
    assert send(client, parent.id).status_code == 303
    reply = newest_comment()
    assert (reply.parent_id, reply.root_id, reply.depth, reply.status) == (parent.id, parent.id, 1, Status.PENDING)
    assert reply.path == f"{reply.id:010}"
    assert send(client, parent.id).headers["Location"].startswith("/comments/")
    assert newest_comment().id == reply.id, "a second click makes no second reply"


def test_the_same_text_can_reply_to_two_comments(client: FlaskClient, article: Article, parent: Comment) -> None:
    other = make_comment(article, "I do not.", status=Status.APPROVED)
    addresses = {send(client, id_).headers["Location"] for id_ in (parent.id, other.id, "")}
    assert len(addresses) == 3


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.APPROVED])
def test_a_reply_to_a_hidden_comment_is_refused_and_keeps_its_text(
    client: FlaskClient, article: Article, status: Status
) -> None:
    answer = send(client, make_comment(article, "Hidden words.", status=status).id)
    assert answer.status_code == 409
    assert "is not there any more, so your reply was not sent" in answer.text
    assert "So do I." in answer.text
    assert "cid@example.org" in answer.text
    assert "Hidden words." not in answer.text
    assert '<input name="parent" type="hidden" value="">' in answer.text, "sent again, it is a comment of its own"


@pytest.mark.parametrize("parent", ["999999", "0", "-1", "x", "9" * 10, "9" * 5000, "1 OR 1"])
def test_a_reply_to_an_unknown_comment_is_refused_and_keeps_its_text(
    client: FlaskClient, article: Article, parent: str
) -> None:
    answer = send(client, parent)
    assert answer.status_code == 409
    assert "So do I." in answer.text


def test_a_reply_to_another_article_s_comment_is_refused(client: FlaskClient, article: Article) -> None:
    other = make_comment(make_article("On Time"), status=Status.APPROVED)
    assert send(client, other.id).status_code == 409
    assert send(client, other.id, "on-time").status_code == 303


def test_errors_of_a_reply_are_shown_below_the_comment(client: FlaskClient, parent: Comment) -> None:
    answer = send(client, parent.id, email="nothing")
    assert answer.status_code == 422
    assert "I boil it twice." in answer.text
    assert f'<input name="parent" type="hidden" value="{parent.id}">' in answer.text


def test_a_preview_of_a_reply_keeps_its_parent(client: FlaskClient, parent: Comment) -> None:
    data = FIELDS | {"parent": str(parent.id)}
    page = client.post("/articles/on-tea/comments/preview", data=data).text
    assert "I boil it twice." in page
    assert f'<input name="parent" type="hidden" value="{parent.id}">' in page


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED])
def test_the_reply_page_of_a_hidden_comment_redirects_to_the_comments(
    client: FlaskClient, article: Article, status: Status
) -> None:
    hidden = make_comment(article, "Hidden words.", status=status)
    answer = client.get(f"/articles/on-tea/comments/{hidden.id}/reply")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/articles/on-tea#comments")


def test_a_closed_article_offers_no_replies(app: Flask, client: FlaskClient, parent: Comment) -> None:
    with write_transaction(db.session()) as session:
        session.get_one(Article, parent.article_id).comment_policy = "closed"
    assert "comment__reply" not in client.get("/articles/on-tea").text
    assert "<form" not in client.get(f"/articles/on-tea/comments/{parent.id}/reply").text
    assert send(client, parent.id).status_code == 403


def test_an_open_policy_shows_and_counts_a_reply_at_once(app: Flask, client: FlaskClient, parent: Comment) -> None:
    with write_transaction(db.session()) as session:
        session.get_one(Article, parent.article_id).comment_policy = "open"
    send(client, parent.id)
    page = client.get("/articles/on-tea").text
    assert "So do I." in page
    assert ">2 comments</a>" in page
