"""Articles close for comments some days after their publication, and say so in place of the form."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.cdn.notifier import PurgeNotifier
from blog.comments.models import Comment, Status
from blog.comments.policy import comment_policy
from blog.comments.receipts import token_of
from blog.config import CommentPolicy, Settings
from blog.content.cache_keys import article_key, comments_key, scheduled_keys
from blog.database import utc_now
from blog.extensions import db
from tests.support.factories import make_article, make_comment
from tests.support.waiting import wait_until

FORM = {"name": "Bea Brown", "email": "bea@example.org", "website": "", "body": "Hello."}
REASON = "Comments are closed: an article takes them for 30 days."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, comments_close_days=30, page_cache_mb=8, comments="open")


def days_ago(days: float) -> datetime:
    return utc_now() - timedelta(days=days)


def test_the_reason_is_shown_in_place_of_the_form(client: FlaskClient) -> None:
    article = make_article("On Tea", published_at=days_ago(30.01))
    parent = make_comment(article, status=Status.APPROVED)
    for path in ("", f"/comments/{parent.id}/replies"):
        page = client.get(f"/articles/on-tea{path}").text
        assert '<form class="comment-form"' not in page
        assert "write one" not in page
        assert "/reply" not in page
    assert REASON in client.get("/articles/on-tea").text


def test_a_late_comment_is_refused_and_its_text_is_kept(client: FlaskClient) -> None:
    make_article("On Tea", published_at=days_ago(31))
    answer = client.post("/articles/on-tea/comments", data=FORM)
    assert answer.status_code == 403
    assert "Hello." in answer.text
    assert "Comments on this article are closed" in answer.text
    assert db.session.scalar(select(Comment)) is None


def test_comments_are_accepted_before_the_closing_time(client: FlaskClient) -> None:
    make_article("On Tea", published_at=days_ago(29.99))
    assert client.post("/articles/on-tea/comments", data=FORM).status_code == 303


def test_an_article_that_never_took_comments_gives_no_number_of_days(client: FlaskClient) -> None:
    make_article("On Tea", comment_policy="closed", published_at=days_ago(31))
    page = client.get("/articles/on-tea").text
    assert "Comments are closed." in page
    assert REASON not in page


@pytest.mark.parametrize("own", ["moderated", "first", "open", None])
def test_age_closes_articles_whatever_their_own_policy(app: Flask, settings: Settings, own: str | None) -> None:
    article = make_article("On Tea", comment_policy=own, published_at=days_ago(31))
    assert comment_policy(article, settings) is CommentPolicy.CLOSED
    assert comment_policy(article, replace(settings, comments_close_days=0)) == (own or "open")


def test_an_edit_is_judged_by_the_policy_under_which_the_comment_came_in(client: FlaskClient) -> None:
    article = make_article("On Tea", published_at=days_ago(30))
    comment = make_comment(article, status=Status.APPROVED, submitted_at=utc_now() - timedelta(minutes=5))
    answer = client.post(f"/comments/{token_of(comment)}/edit", data={"body": "Better.", "revision": "1"})
    assert answer.status_code == 303
    db.session.refresh(comment)
    assert (comment.body, comment.status) == ("Better.", Status.APPROVED)


def test_a_cached_page_loses_its_form_at_the_closing_time(client: FlaskClient) -> None:
    make_article("On Tea", published_at=days_ago(29))
    assert "comment-form__title" in client.get("/articles/on-tea").text
    with time_machine.travel(utc_now() + timedelta(days=1, minutes=1)):
        wait_until(lambda: REASON in client.get("/articles/on-tea").text)


def test_each_closing_time_is_found_once(app: Flask) -> None:
    article = make_article("On Tea", published_at=days_ago(30))
    closed = article.published_at + timedelta(days=30)
    find: Callable[..., object] = scheduled_keys(30)
    second = timedelta(seconds=1)
    with db.engine.connect() as connection:
        assert find(connection, closed - second, closed) == {article_key(article.id), comments_key(article.id)}
        assert find(connection, closed, closed + second) == set()
        assert not scheduled_keys(0)(connection, closed - second, closed)


def test_a_cdn_is_purged_at_the_closing_time(app: Flask) -> None:
    class Recorder:
        name = "recorder"
        purged: set[str] = set()  # noqa: RUF012

        def purge(self, keys: set[str]) -> None:
            self.purged |= keys

    now = [1000.0]
    backend = Recorder()
    notifier = PurgeNotifier(backend, "recorder", lambda: now[0])  # type: ignore[arg-type]
    article = make_article("On Tea", published_at=days_ago(29.999))
    notifier.work()
    now[0] += 100
    notifier.work()
    backend.purged.clear()
    with time_machine.travel(utc_now() + timedelta(minutes=10)):
        for _ in range(3):
            now[0] += 10
            notifier.work()
    assert {article_key(article.id), comments_key(article.id)} <= backend.purged
