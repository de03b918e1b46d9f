"""The receipt: its text in each state; its address stays secret."""

import logging
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.comments import receipt_views
from blog.comments.models import Comment, Status
from blog.comments.receipts import find_comment, token_hash, token_of
from blog.content.models import Article
from blog.database import utc_now
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.decisions import undo
from blog.moderation.models import Moderator
from tests.support.clients import PASSWORD
from tests.support.decisions import decide_on
from tests.support.factories import make_article, make_comment
from tests.support.rows import reread


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


@pytest.fixture
def cleo(app: Flask) -> Moderator:
    return accounts.add("Cleo", PASSWORD)


def receipt(client: FlaskClient, comment: Comment) -> str:
    return client.get(f"/comments/{token_of(comment)}").text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "It is waiting for a moderator."),
        ({"approved_revision": 1, "revision": 2}, "Your edit is waiting for a moderator."),
        ({"status": Status.APPROVED}, "It is published."),
        ({"status": Status.REJECTED}, "It was not published."),
        ({"status": Status.SPAM, "decided_at": utc_now()}, "It was not published."),
        ({"status": Status.SPAM}, "It is waiting for a moderator."),
        ({"status": Status.WITHDRAWN, "withdrawn_at": utc_now()}, "You have withdrawn it."),
        ({"status": Status.ERASED}, "It was erased."),
    ],
)
def test_the_state_and_what_happens_next_are_said_in_plain_words(
    client: FlaskClient, article: Article, fields: dict[str, Any], says: str
) -> None:
    page = receipt(client, make_comment(article, **fields))
    assert says in page
    assert "What happens next" in page
    assert "spam" not in page.casefold()
    assert "bea@example.org" not in page


def test_the_receipt_links_to_its_article_as_long_as_readers_see_it(client: FlaskClient, article: Article) -> None:
    comment = make_comment(article)
    assert receipt(client, comment).count('href="/articles/on-tea"') == 2
    article.withdrawn_at = utc_now()
    db.session.commit()
    page = receipt(client, comment)
    assert "On Tea" in page
    assert 'href="/articles/on-tea' not in page


def test_a_reason_is_shown_only_if_the_moderator_allowed_it(
    client: FlaskClient, article: Article, cleo: Moderator
) -> None:
    explained, silent = make_comment(article), make_comment(article)
    decide_on(explained, Status.REJECTED, cleo, "Please stay <b>polite</b>.", is_for_author=True)
    decide_on(silent, Status.REJECTED, cleo, "Again that one.")
    assert "Please stay &lt;b&gt;polite&lt;/b&gt;." in receipt(client, explained)
    assert "Again that one." not in receipt(client, silent)
    assert "The moderator’s reason" not in receipt(client, silent)


def test_a_reason_disappears_and_returns_with_its_decision(
    client: FlaskClient, article: Article, cleo: Moderator
) -> None:
    comment = make_comment(article)
    decide_on(comment, Status.REJECTED, cleo, "Off topic.", is_for_author=True)
    assert "Off topic." in receipt(client, comment)
    approval = decide_on(comment, Status.APPROVED, cleo)
    assert "Off topic." not in receipt(client, comment)
    undo(approval.id, moderator=cleo)
    assert "Off topic." in receipt(client, comment)


def test_spam_waits_again_after_its_only_decision_is_undone(
    client: FlaskClient, article: Article, cleo: Moderator
) -> None:
    comment = make_comment(article, status=Status.SPAM)
    undo(decide_on(comment, Status.PENDING, cleo).id, moderator=cleo)
    assert (reread(comment).status, comment.decided_at) == (Status.SPAM, None)
    assert "It is waiting for a moderator." in receipt(client, comment)


@pytest.mark.parametrize("path", ["", "/edit"])
def test_the_page_is_private(client: FlaskClient, article: Article, path: str) -> None:
    answer = client.get(f"/comments/{token_of(make_comment(article))}{path}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers


def test_a_wrong_token_is_not_found(client: FlaskClient) -> None:
    for token, page in product(("nothing", "\u00e9", "x" * 5000, "a%00b"), ("", "/edit")):
        assert client.get(f"/comments/{token}{page}").status_code == 404, token
    for action in ("edit", "withdrawal", "restoration"):
        assert client.post(f"/comments/nothing/{action}", data={"body": "x", "revision": "1"}).status_code == 404


def test_only_the_hash_of_a_token_is_stored(article: Article) -> None:
    comment = make_comment(article)
    token = str(token_of(comment))
    stored = [str(getattr(comment, column.name)) for column in Comment.__table__.columns]
    assert not [value for value in stored if token in value]
    assert comment.receipt_token_hash == token_hash(token)
    assert find_comment(token) is comment
    assert find_comment(comment.receipt_token_hash) is None


def test_no_log_has_a_token_even_when_the_page_fails(
    app: Flask, article: Article, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    token = str(token_of(make_comment(article)))
    monkeypatch.setattr(receipt_views, "receipt_state", lambda _: 1 / 0)
    app.testing = False
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get(f"/comments/{token}")
    assert answer.status_code == 500
    assert "Exception on /comments/<token> [GET]" in caplog.text
    assert token not in caplog.text
    assert token not in answer.text


@pytest.mark.parametrize(
    ("status", "variant"),
    [(Status.PENDING, "waiting"), (Status.APPROVED, "success"), (Status.REJECTED, "plain")],
)
def test_the_notice_distinguishes_success_from_waiting(
    client: FlaskClient, article: Article, status: Status, variant: str
) -> None:
    assert f'class="notice notice--{variant}" role="status"' in receipt(client, make_comment(article, status=status))
