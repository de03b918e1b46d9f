"""Everything stored about one mail address is exported or erased."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from blog.cli.comments import comments_group
from blog.comments import personal_data
from blog.comments.models import AuthorRole, Comment, Status
from blog.comments.receipts import token_of
from blog.comments.withdrawal import withdraw
from blog.content.models import Article
from blog.database import utc_now
from blog.extensions import db
from tests.comments.locks import stopped_at
from tests.support.factories import make_article, make_comment

ADA = "ada@example.org"


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def texts() -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    return [comment.body for comment in db.session.scalars(select(Comment).order_by(Comment.id))]


def test_an_export_has_all_texts_and_data_of_one_address(
    client: FlaskClient, article: Article, runner: FlaskCliRunner
) -> None:
    first = make_comment(article, "First text.", email=ADA, name="Ada", website="https://ada.example/")
    make_comment(article, "Another’s.", email="bea@example.org")
    make_comment(article, "In capitals.", email=ADA.upper(), status=Status.APPROVED)
    client.post(f"/comments/{token_of(first)}/edit", data={"body": "Second text.", "revision": "1"})
    answer = runner.invoke(comments_group, ["export", "--email", ADA])
    assert answer.exit_code == 0
    found = json.loads(answer.stdout)
    assert [comment["text"] for comment in found] == ["Second text.", "In capitals."]
    assert [earlier["text"] for earlier in found[0]["earlier_texts"]] == ["First text."]
    assert found[0]["website"] == "https://ada.example/"
    assert found[0]["network"] == "203.0.113.0/24"
    assert found[0]["user_agent"] == "A browser"
    assert found[0]["accept_language"] == ""
    assert found[0]["article"] == "on-tea"
    assert "Another’s." not in answer.output


def test_an_export_says_what_was_decided_and_when(article: Article) -> None:
    now = utc_now()
    comment = make_comment(
        article,
        email=ADA,
        status=Status.APPROVED,
        held_reason="Two links.",
        decided_at=now,
        author_role=AuthorRole.AUTHOR,
    )
    withdraw(comment.id)
    [found] = personal_data.exported(ADA)
    assert (found["held_reason"], found["author_role"]) == ("Two links.", "author")
    assert found["decided_at"] == now.isoformat()
    assert found["withdrawn_from"] == "approved"
    assert found["withdrawn_at"] >= now.isoformat()
    assert json.loads(json.dumps(found)) == found


def test_an_erasure_without_confirmation_only_lists(article: Article, runner: FlaskCliRunner) -> None:
    make_comment(article, "A text.", email=ADA)
    answer = runner.invoke(comments_group, ["erase", "--email", ADA])
    assert "1 comment would be erased. To erase them permanently, add --confirm." in answer.output
    assert "on-tea" in answer.output
    assert texts() == ["A text."]


def test_an_erasure_keeps_places_and_threads(
    client: FlaskClient, article: Article, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data, "BATCH_SIZE", 1)
    parent = make_comment(article, "A question.", email=ADA, status=Status.APPROVED)
    make_comment(article, "The answer.", parent=parent, email="bea@example.org", status=Status.APPROVED)
    make_comment(article, "Waiting.", email=ADA)
    answer = runner.invoke(comments_group, ["erase", "--email", ADA, "--confirm"])
    assert "2 comments erased." in answer.output
    assert texts() == ["", "The answer.", ""]
    page = client.get("/articles/on-tea").text
    assert "A question." not in page
    assert "The answer." in page
    assert f'id="comment-{parent.id}"' in page
    assert json.loads(runner.invoke(comments_group, ["export", "--email", ADA]).stdout) == []


@pytest.mark.only_on("postgresql", reason="SQLite has one writer at a time")
def test_an_erasure_locks_the_articles_of_a_batch_in_order(app: Flask, article: Article) -> None:
    second = make_article("On Time")
    for where in (second, article):
        make_comment(where, "A text.", email=ADA)
    with stopped_at(article, app, lambda: personal_data.erase_all(ADA)) as session:
        assert session.scalar(select(Article.id).where(Article.id == second.id).with_for_update(nowait=True))
    assert texts() == ["", ""]


@pytest.mark.parametrize("command", [["export"], ["erase"], ["erase", "--confirm"]])
def test_an_unknown_address_is_said_to_be_unknown(article: Article, runner: FlaskCliRunner, command: list[str]) -> None:
    make_comment(article, "Erased before.", email="", status=Status.ERASED)
    answer = runner.invoke(comments_group, [*command, "--email", "nobody@example.org"])
    assert "No comment was sent with nobody@example.org." in answer.output
    answer = runner.invoke(comments_group, [*command, "--email", ""])
    assert "No comment was sent with" in answer.output
