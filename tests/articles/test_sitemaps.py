"""Sitemaps, as search engines read them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.http import http_date

from blog.config import Settings
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from tests.support.factories import NOON, make_article
from tests.support.queries import statements

SITE = "https://blog.example.org"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, url=SITE)


def places(client: FlaskClient, path: str = "/sitemap.xml") -> dict[str, str | None]:
    """The addresses in a sitemap or an index of sitemaps, each with its time."""
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/xml; charset=utf-8")
    root = ET.fromstring(answer.data)  # noqa: S314 - of our own making
    return {place.findtext(f"{SITEMAP}loc", ""): place.findtext(f"{SITEMAP}lastmod") for place in root}


def test_the_sitemap_names_every_public_page(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Кофе",), updated_at=NOON + timedelta(hours=1))
    assert places(client) == {
        f"{SITE}/": "2026-03-01T12:00:00Z",
        f"{SITE}/archive/": "2026-03-01T12:00:00Z",
        f"{SITE}/tags/": "2026-03-01T12:00:00Z",
        f"{SITE}/articles/on-tea": "2026-03-01T13:00:00Z",
        f"{SITE}/tags/%D0%BA%D0%BE%D1%84%D0%B5": "2026-03-01T12:00:00Z",
        f"{SITE}/authors/ada-byron": "2026-03-01T12:00:00Z",
    }
    for address in places(client):
        assert client.get(urlsplit(address).path).status_code == 200


def test_a_year_is_written_with_four_digits(client: FlaskClient) -> None:
    make_article("A slip", published_at=datetime(26, 3, 1, 12, tzinfo=UTC))
    assert places(client)[f"{SITE}/articles/a-slip"] == "0026-03-01T12:00:00Z"


def test_unpublished_articles_and_copies_are_left_out(client: FlaskClient) -> None:
    make_article("Soon", published_at=utc_now() + timedelta(days=1), tags=("Secret",))
    make_article("Elsewhere", canonical_url="https://elsewhere.example/piece")
    make_article("Its own", canonical_url=f"{SITE}/articles/its-own")
    gone = make_article("Gone")
    with write_transaction(db.session()) as session:
        session.execute(update(Article).where(Article.id == gone.id).values(withdrawn_at=utc_now()))
    found = [address for address in places(client) if "/articles/" in address or "/tags/" in address]
    assert found == [f"{SITE}/tags/", f"{SITE}/articles/its-own"]


def test_an_empty_blog_has_a_sitemap(client: FlaskClient) -> None:
    assert list(places(client)) == [f"{SITE}/", f"{SITE}/archive/", f"{SITE}/tags/"]


def test_a_large_blog_has_an_index_of_sitemaps(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        make_article(f"Piece {number}", tags=("Tea", f"Tag {number}"))
    whole = places(client)
    assert len(whole) == 3 + 5 + 6 + 1
    monkeypatch.setattr("blog.articles.sitemaps.MAX_ADDRESSES", len(whole))
    assert places(client) == whole
    monkeypatch.setattr("blog.articles.sitemaps.MAX_ADDRESSES", 4)
    index = list(places(client))
    assert [urlsplit(address).path for address in index] == [
        "/sitemaps/pages-1.xml",
        "/sitemaps/articles-1.xml",
        "/sitemaps/articles-2.xml",
        "/sitemaps/tags-1.xml",
        "/sitemaps/tags-2.xml",
        "/sitemaps/authors-1.xml",
    ]
    parts = [places(client, urlsplit(address).path) for address in index]
    assert all(1 <= len(part) <= 4 for part in parts)
    assert {address: time for part in parts for address, time in part.items()} == whole
    assert sum(map(len, parts)) == len(whole)


def test_a_sitemap_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    make_article("On Tea")
    for name in ("articles-0", "articles-2", "pages-2", "comments-1", "1", f"articles-{'9' * 40}"):
        assert client.get(f"/sitemaps/{name}.xml").status_code == 404, name


def test_an_unchanged_sitemap_is_304(client: FlaskClient) -> None:
    make_article("On Tea")
    first = client.get("/sitemap.xml")
    assert first.headers["Cache-Control"].startswith("public, max-age=3600")
    assert first.headers["Last-Modified"] == http_date(NOON)
    assert client.get("/sitemap.xml", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    make_article("On Time", published_at=NOON + timedelta(days=1))
    for name, condition in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")):
        assert client.get("/sitemap.xml", headers={condition: first.headers[name]}).status_code == 200


def test_a_sitemap_runs_the_same_few_statements_however_much_it_names(app: Flask, client: FlaskClient) -> None:
    make_article("Piece", tags=("Tea",))
    with statements(db.engine) as few:
        client.get("/sitemap.xml")
    for number in range(12):
        make_article(f"Piece {number}", tags=("Tea", f"Tag {number}"))
    with statements(db.engine) as many:
        client.get("/sitemap.xml")
    assert len(few) == len(many) <= 6


def test_no_article_s_body_is_read_for_a_sitemap(app: Flask, client: FlaskClient) -> None:
    make_article("On Tea")
    with statements(db.engine) as sent:
        client.get("/sitemap.xml")
    assert not [statement for statement in sent if "body_html" in statement]
