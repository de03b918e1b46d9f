"""The second step of signing in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from blog.config import Settings
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import login_attempts, sessions
from blog.moderation.models import Moderator, ModeratorSession
from tests.support.clients import Visitor
from tests.support.factories import make_comment
from tests.support.second_factors import add_app


def test_guesses_of_codes_are_limited(app: Flask, cleo: Moderator) -> None:
    _, codes = add_app(cleo)
    visitor = Visitor(app)
    visitor.sign_in("Cleo")
    answers = [visitor.press("Continue", code="000000").status_code for _ in range(login_attempts.PER_SECOND_STEP + 1)]
    assert answers == [401] * login_attempts.PER_SECOND_STEP + [429]
    assert visitor.press("Continue", code=codes[0]).status_code == 429


def test_the_password_alone_opens_nothing_and_is_no_session(app: Flask, visitor: Visitor, cleo: Moderator) -> None:
    add_app(cleo)
    thief = Visitor(app, "198.51.100.7")
    thief.sign_in("Cleo")
    for page in ("/moderation/", "/moderation/account", "/moderation/log"):
        assert thief.ask(page).status_code == 302
    assert [row.network for row in sessions.listing(cleo)] == ["203.0.113.0/24"]
    thief.press("Continue", code="000000")
    thief.ask("/moderation/logout", "POST", data=thief.form("Continue").fields)
    assert visitor.ask("/moderation/").status_code == 200


def test_the_password_alone_is_not_a_use_of_the_account(app: Flask, cleo: Moderator) -> None:
    add_app(cleo)
    Visitor(app).sign_in("Cleo")
    db.session.rollback()
    assert sessions.last_seen() == {}


def test_a_second_step_waits_ten_minutes(app: Flask, cleo: Moderator) -> None:
    _, codes = add_app(cleo)
    visitor = Visitor(app)
    visitor.sign_in("Cleo")
    with write_transaction(db.session()) as session:
        for row in session.scalars(select(ModeratorSession)):
            row.started_at -= timedelta(minutes=11)
    assert visitor.press("Continue", code=codes[0]).headers["Location"].startswith("/moderation/login")


class TestRequired:
    """BLOG_REQUIRE_2FA=on."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, require_2fa=True)

    @pytest.mark.usefixtures("cleo")
    def test_an_account_without_a_second_factor_must_add_one_first(self, stranger: Visitor) -> None:
        stranger.sign_in("Cleo")
        assert stranger.page.request.path == "/moderation/account"
        assert "Add a second factor first" in stranger.text
        for page in ("/moderation/", "/moderation/log"):
            assert stranger.ask(page).headers["Location"] == "/moderation/account"
        assert stranger.visit("/moderation/account/authenticator").status_code == 200

    def test_a_form_without_a_token_shows_no_comment_either(self, visitor: Visitor, article: Article) -> None:
        comment = make_comment(article, "Kind words.")
        for path in ("/moderation/bulk", f"/moderation/comments/{comment.id}/decisions"):
            answer = visitor.ask(path, "POST", data={"csrf_token": "stale"})
            assert answer.headers["Location"] == "/moderation/account"
            assert "Kind words." not in answer.text

    def test_an_account_with_a_second_factor_reaches_the_queue(self, app: Flask, cleo: Moderator) -> None:
        _, codes = add_app(cleo)
        visitor = Visitor(app)
        visitor.sign_in("Cleo")
        visitor.press("Continue", code=codes[0])
        assert visitor.page.request.path == "/moderation/"
