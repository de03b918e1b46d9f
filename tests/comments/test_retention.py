"""Networks, user agents and languages are deleted from comments when their time is over, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from blog.comments import retention
from blog.comments.models import Comment
from blog.comments.retention import drop_expired
from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now
from blog.extensions import db
from tests.support.factories import make_article, make_comment
from tests.support.queries import plan, statements


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


def sent(article: Article, days: int, body: str) -> Comment:
    age = timedelta(days=days)
    return make_comment(article, body, submitted_at=utc_now() - age, network="192.0.2.0/24", user_agent="Firefox")


def kept() -> list[tuple[str, str]]:
    db.session.rollback()
    db.session.expire_all()
    return [
        (comment.network, comment.user_agent) for comment in db.session.scalars(select(Comment).order_by(Comment.id))
    ]


def test_data_older_than_the_settings_allow_is_deleted(article: Article) -> None:
    for number, days in enumerate((31, 29)):
        sent(article, days, f"Comment {number}.")
    assert drop_expired() == 2
    assert kept() == [("", ""), ("192.0.2.0/24", "Firefox")]
    assert drop_expired() == 0


def test_languages_are_deleted_with_the_user_agent_or_without_one(article: Article) -> None:
    for number, agent in enumerate(("Firefox", "")):
        time = utc_now() - timedelta(days=31)
        make_comment(
            article, f"Comment {number}.", submitted_at=time, network="", user_agent=agent, accept_language="de"
        )
    assert drop_expired() == 2
    db.session.rollback()
    rows = db.session.execute(select(Comment.user_agent, Comment.accept_language)).all()
    assert [tuple(row) for row in rows] == [("", ""), ("", "")]


class TestOtherTimes:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, keep_network_days=0, keep_user_agent_days=365)

    def test_each_has_a_time_of_its_own(self, article: Article) -> None:
        sent(article, 1, "A comment.")
        assert drop_expired() == 1
        assert kept() == [("", "Firefox")]


def test_more_than_a_batch_is_deleted_in_one_run(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH_SIZE", 2)
    for number in range(5):
        sent(article, 40, f"Comment {number}.")
    assert drop_expired() == 10
    assert set(kept()) == {("", "")}


def test_deleting_data_does_not_disturb_a_decision(article: Article) -> None:
    comment = sent(article, 40, "A comment.")
    version = comment.version
    drop_expired()
    db.session.refresh(comment)
    assert comment.version == version


@pytest.mark.only_on("sqlite", reason="PostgreSQL rightly scans a table of ten rows")
def test_expired_data_is_found_by_an_index(article: Article) -> None:
    sent(article, 40, "A comment.")
    with statements(db.engine) as executed:
        drop_expired()
    queries = [statement for statement in executed if statement.startswith("SELECT")]
    assert len(queries) == 2
    for query in queries:
        steps = plan(query, utc_now().isoformat())
        assert any("ix_comment_network" in step or "ix_comment_browser" in step for step in steps), steps
