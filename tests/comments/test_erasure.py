"""What an author withdrew is erased after 30 days."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from blog.comments import erasure
from blog.comments.erasure import erase_withdrawn
from blog.comments.models import Comment, CommentRevision, Status
from blog.comments.receipts import token_of
from blog.comments.withdrawal import RESTORABLE
from blog.content.models import Article
from blog.extensions import db
from tests.comments.locks import stopped_at
from tests.support.factories import make_article, make_comment, make_withdrawn
from tests.support.rows import reread


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def test_old_withdrawn_comments_are_erased_with_all_personal_data(
    client: FlaskClient, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "BATCH_SIZE", 2)
    old = [make_comment(article, body=f"Old {n}", website="https://bea.example") for n in range(5)]
    client.post(f"/comments/{token_of(old[0])}/edit", data={"body": "Old and edited", "revision": "1"})
    young = make_comment(article, body="Young")
    receipts = {comment.id: f"/comments/{token_of(comment)}" for comment in old}
    fingerprints = {comment.fingerprint for comment in old}
    for comment in old:
        make_withdrawn(comment, RESTORABLE + timedelta(seconds=1))
    make_withdrawn(young, RESTORABLE - timedelta(hours=1))

    assert erase_withdrawn() == 5
    assert erase_withdrawn() == 0
    assert reread(young).status == Status.WITHDRAWN
    for comment in old:
        reread(comment)
        kept = {column.name: getattr(comment, column.name) for column in Comment.__table__.columns}
        assert comment.status == Status.ERASED
        del kept["fingerprint"], kept["receipt_token_hash"]  # Digits, which can spell “bea” by chance.
        assert not [name for name, value in kept.items() if "bea" in str(value).casefold()]
        assert not any((comment.body, comment.body_html, comment.network, comment.user_agent, comment.accept_language))
        assert comment.fingerprint not in fingerprints
        page = client.get(receipts[comment.id])
        assert page.status_code == 200
        assert "It was erased." in page.text
        assert "Old" not in page.text
    assert db.session.scalars(select(CommentRevision)).all() == []


@pytest.mark.only_on("postgresql", reason="SQLite has one writer at a time")
def test_the_articles_of_a_batch_are_locked_in_order(app: Flask, article: Article) -> None:
    second = make_article("On Time")
    comments = [make_comment(second), make_comment(article)]
    for days, comment in zip((2, 1), comments, strict=True):
        make_withdrawn(comment, RESTORABLE + timedelta(days=days))
    with stopped_at(article, app, erase_withdrawn) as session:
        assert session.scalar(select(Article.id).where(Article.id == second.id).with_for_update(nowait=True))
    assert {reread(comment).status for comment in comments} == {Status.ERASED}


@pytest.mark.parametrize("verb", ["withdrawal", "restoration", "edit", "subscription"])
def test_an_erased_comment_stays_erased(client: FlaskClient, article: Article, verb: str) -> None:
    comment = make_comment(article)
    path = f"/comments/{token_of(comment)}"
    make_withdrawn(comment, RESTORABLE + timedelta(seconds=1))
    erase_withdrawn()
    client.post(f"{path}/{verb}", data={"body": "Back again.", "revision": "1"})
    assert (reread(comment).status, comment.body, comment.mail_wanted) == (Status.ERASED, "", False)
    assert "Back again." not in client.get(path).text
