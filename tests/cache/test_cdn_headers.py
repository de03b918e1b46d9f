"""Headers for shared caches: the keys for purging, and how long pages may be cached."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.cache import cdn_headers
from blog.config import Settings
from tests.support.factories import make_article

PURGED, UNPURGED = "s-maxage=86400", "s-maxage=30"


@pytest.fixture(params=[0, 8], ids=["without page cache", "with page cache"])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return replace(settings, purge="varnish:http://127.0.0.1:1", page_cache_mb=request.param)


def cache_headers(client: FlaskClient, path: str) -> str:
    return client.get(path).headers["Cache-Control"]


def test_a_cdn_that_is_purged_may_cache_pages_for_a_day(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Tea",))
    for path in ("/", "/articles/on-tea", "/tags/", "/tags/tea", "/authors/ada-byron", "/archive/"):
        assert PURGED in cache_headers(client, path), path
        assert "max-age=0" in cache_headers(client, path), path


def test_a_page_with_too_many_keys_is_cached_briefly(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_article("On Tea")
    monkeypatch.setattr(cdn_headers, "MAX_KEY_BYTES", len("article/1 everything") + 1)
    index, article = client.get("/"), client.get("/articles/on-tea")
    assert article.headers["Surrogate-Key"] == "article/1 everything"
    assert PURGED in article.headers["Cache-Control"]
    assert "Surrogate-Key" not in index.headers
    assert "Cache-Tag" not in index.headers
    assert UNPURGED in index.headers["Cache-Control"]


def test_keys_in_any_script_are_sent_in_ascii(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Чай",))
    words = client.get("/tags/чай").headers["Surrogate-Key"]
    assert words.split() == ["comments/1", "everything", "tag/%D1%87%D0%B0%D0%B9"]


def test_a_response_without_cache_policy_is_private(client: FlaskClient) -> None:
    make_article("On Tea")
    for path in ("/search?q=tea", "/search", "/moderation/login", "/nowhere", "/articles/nowhere"):
        answer = client.get(path)
        assert {"private", "no-store"} & set(answer.headers["Cache-Control"].split(", ")), path
        assert "Surrogate-Key" not in answer.headers, path


def test_static_files_set_their_own_cache_headers(client: FlaskClient) -> None:
    make_article("On Tea")
    page = client.get("/").text
    path = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in cache_headers(client, path)


def test_a_304_response_has_the_same_cache_policy(client: FlaskClient) -> None:
    make_article("On Tea")
    for path in ("/feed.xml", "/feed.json"):
        page = client.get(path)
        again = client.get(path, headers={"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 304
        assert again.headers["Cache-Control"] == page.headers["Cache-Control"]
