"""The archive by year, and the pages of authors."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from blog.config import Settings
from blog.database import utc_now
from blog.extensions import db
from tests.support.factories import NOON, make_article
from tests.support.queries import statements


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, timezone="Europe/Berlin", page_size=3)


def test_years_are_those_of_the_site_s_zone(client: FlaskClient) -> None:
    make_article("Eve", published_at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC))
    make_article("Spring", published_at=datetime(2022, 3, 1, 12, tzinfo=UTC))
    make_article("To come", published_at=utc_now() + timedelta(days=800))
    make_article("Gone", published_at=datetime(2020, 3, 1, 12, tzinfo=UTC), withdrawn_at=NOON)
    page = client.get("/archive/").text
    assert page.index("/archive/2025") < page.index("/archive/2022")
    assert "/archive/2024" not in page
    assert "/archive/2023" not in page
    assert "/archive/2020" not in page
    year = client.get("/archive/2025").text
    assert "January 2025" in year
    assert 'href="/articles/eve"' in year
    assert client.get("/archive/2024").status_code == 404


def test_an_article_with_a_date_long_ago_does_not_break_the_archive(client: FlaskClient) -> None:
    make_article("A slip", published_at=datetime(26, 3, 1, 12, tzinfo=UTC))
    make_article("On Tea")
    page = client.get("/archive/").text
    assert page.index("/archive/2026") < page.index('/archive/26"')
    assert "A slip" in client.get("/archive/26").text


def test_an_empty_archive_says_so(client: FlaskClient) -> None:
    assert "Nothing has been published yet." in client.get("/archive/").text


def test_a_year_without_articles_is_not_found(client: FlaskClient) -> None:
    make_article("On Tea")
    for year in ("0", "1", "9999", "20261", "-1", "tea", "2026.5"):
        assert client.get(f"/archive/{year}").status_code == 404, year


def test_an_author_s_articles_are_paged(client: FlaskClient) -> None:
    for number in range(5):
        make_article(f"Piece {number}", published_at=NOON + timedelta(days=number))
    first = client.get("/authors/ada-byron").text
    assert [f"Piece {number}" in first for number in range(5)] == [False, False, True, True, True]
    second = client.get("/authors/ada-byron?page=2").text
    assert "Piece 1" in second
    assert client.get("/authors/ada-byron?page=3").status_code == 404
    assert client.get("/authors/nobody").status_code == 404
    assert 'href="/authors/ada-byron"' in client.get("/articles/piece-1").text


def test_the_number_of_statements_does_not_grow(client: FlaskClient) -> None:
    for number in range(8):
        make_article(f"Piece {number}", tags=("Tea", f"Tag {number}"), published_at=NOON + timedelta(days=number))
    for path, count in {"/archive/": 2, "/archive/2026": 1, "/authors/ada-byron": 2}.items():
        with statements(db.engine) as sent:
            assert client.get(path).status_code == 200
        assert len(sent) == count, path
