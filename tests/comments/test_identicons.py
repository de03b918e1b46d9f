"""Identicons: the same for the same address, and without revealing it."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.comments.identicons import identicon
from blog.comments.models import Status
from blog.config import Settings
from tests.support.factories import make_article, make_comment


def test_there_are_no_identicons_unless_they_are_switched_on(client: FlaskClient) -> None:
    make_comment(make_article("On Tea"), status=Status.APPROVED)
    assert "identicon" not in client.get("/articles/on-tea").text


class TestSwitchedOn:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, identicons=True)

    def test_each_published_comment_has_one(self, client: FlaskClient) -> None:
        article = make_article("On Tea")
        parent = make_comment(article, status=Status.APPROVED)
        make_comment(article, "A reply.", parent=parent, status=Status.APPROVED)
        make_comment(article, "Waits.")
        page = client.get("/articles/on-tea").text
        assert page.count('<svg class="identicon') == 2
        assert "bea@example.org" not in page

    @pytest.mark.only_on("sqlite", reason="no database is asked")
    @pytest.mark.usefixtures("app")
    def test_the_same_address_has_the_same_picture(self) -> None:
        first = identicon("Ada", "ada@example.org")
        assert first == identicon("A. Byron", "ADA@example.org")
        assert first != identicon("Ada", "bea@example.org")
        assert identicon("Ada", "") != identicon("Bea", "")

    @pytest.mark.only_on("sqlite", reason="no database is asked")
    def test_another_key_draws_another_picture(self, app: Flask) -> None:
        first = identicon("Ada", "ada@example.org")
        app.secret_key = "another key"
        assert identicon("Ada", "ada@example.org") != first
