"""Fixtures: moderators and their browsers."""

import pytest
from flask import Flask

from blog.comments.models import Comment
from blog.content.models import Article
from blog.moderation import accounts
from blog.moderation.models import Moderator
from tests.support.clients import PASSWORD, Visitor
from tests.support.factories import make_article, make_comments


@pytest.fixture
def article(app: Flask) -> Article:
    return make_article("On Tea")


@pytest.fixture
def comments(article: Article) -> list[Comment]:
    """Five comments that wait."""
    return make_comments(article, [{"body": f"Number {number}."} for number in range(5)])


@pytest.fixture
def cleo(app: Flask) -> Moderator:
    return accounts.add("Cleo", PASSWORD)


@pytest.fixture
def dan(app: Flask) -> Moderator:
    return accounts.add("Dan", PASSWORD)


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def visitor(app: Flask, cleo: Moderator) -> Visitor:
    """Cleo, signed in. No page is open."""
    visitor = Visitor(app)
    visitor.start_session(cleo)
    return visitor


@pytest.fixture
def second(app: Flask, dan: Moderator) -> Visitor:
    """Dan, signed in. No page is open."""
    visitor = Visitor(app)
    visitor.start_session(dan)
    return visitor
