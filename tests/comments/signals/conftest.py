"""A blog where only comments held by a check wait, a moderator, and a function that sends comments."""

from dataclasses import replace
from typing import Protocol

import pytest
from flask import Flask

from blog.comments.models import Comment
from blog.config import Settings
from blog.content.models import Article
from blog.moderation import accounts
from blog.moderation.models import Moderator
from tests.support.clients import PASSWORD
from tests.support.factories import make_article
from tests.support.rows import newest_comment


class Send(Protocol):
    def __call__(self, body: str = ..., *, to: Article | None = ..., ip: str = ..., **fields: str) -> Comment: ...


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, comments="open", comment_rate="500 per minute", comment_attempt_rate="500 per minute")


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


@pytest.fixture
def cleo(app: Flask) -> Moderator:
    return accounts.add("Cleo", PASSWORD)


@pytest.fixture
def send(app: Flask, article: Article) -> Send:
    """Send a comment as a reader does; return its row."""

    def post(body: str = "Thank you.", *, to: Article | None = None, ip: str = "203.0.113.9", **fields: str) -> Comment:
        data = {"name": "Bea Brown", "email": "bea@example.org", "body": body} | fields
        path = f"/articles/{(to or article).slug}/comments"
        answer = app.test_client().post(path, data=data, environ_base={"REMOTE_ADDR": ip})
        assert answer.status_code == 303, answer.text
        return newest_comment()

    return post
