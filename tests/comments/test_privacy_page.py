"""/privacy says what is stored, and for how long, under the present settings."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from blog.config import Settings


def test_the_times_are_those_of_the_settings(client: FlaskClient) -> None:
    page = client.get("/privacy")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"].startswith("public")
    assert page.text.count("30 days") == 3
    assert "can be restored for 30 days" in page.text
    assert "small pictures" not in page.text
    assert "Write to:" not in page.text


def test_every_page_links_to_the_privacy_page(client: FlaskClient) -> None:
    assert 'href="/privacy"' in client.get("/").text


class TestOtherSettings:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(
            settings, keep_network_days=0, keep_user_agent_days=1, identicons=True, contact="Ada <ada@example.org>"
        )

    def test_it_follows_them(self, client: FlaskClient) -> None:
        page = client.get("/privacy").text
        assert "less than an hour" in page
        assert ">1 day<" in page
        assert "small pictures" in page
        assert "Write to: Ada &lt;ada@example.org&gt;" in page


class TestWithoutComments:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, comments="closed")

    def test_it_says_nothing_of_comments_where_there_are_none(self, client: FlaskClient) -> None:
        assert "Commenting" not in client.get("/privacy").text
