"""The findings of ``blog doctor`` about a CDN."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from blog.cache.header_keys import header_key
from blog.cdn.progress import Position, save_position
from blog.config import Settings
from blog.database import utc_now
from blog.doctor.purge_check import NO_PAGE, check_purge
from tests.support.applications import opened
from tests.support.fakes import Fake, fake, http
from tests.support.ports import free_port


def said(settings: Settings, server: str) -> list[str]:
    with opened(replace(settings, purge=f"varnish:{server}", purge_token="token")):
        return [str(finding) for finding in check_purge()]


def save_progress(settings: Settings, server: Fake, minutes_ago: int) -> None:
    moment = utc_now() - timedelta(minutes=minutes_ago)
    with opened(settings):
        save_position(f"varnish:{server.url}", Position(1, moment), "")


def test_without_a_cdn_there_is_no_finding(app: Flask) -> None:
    assert list(check_purge()) == []


def test_a_cache_that_accepts_purges_and_got_one_is_good(app: Flask, settings: Settings) -> None:
    with fake(lambda _: http(status="200 Purged")) as server:
        save_progress(settings, server, minutes_ago=2)
        assert said(settings, server.url) == ["good     purge: Varnish accepts purges"]
    assert [request.headers["purge-keys"] for request in server.requests] == [header_key(NO_PAGE)]


def test_a_cache_that_got_no_purge_for_long_is_a_warning(app: Flask, settings: Settings) -> None:
    with fake(lambda _: http(status="200 Purged")) as server:
        assert said(settings, server.url)[1].startswith("warning  purge: Varnish got no purge so far; check that blog")
        save_progress(settings, server, minutes_ago=11)
        assert "got no purge since 20" in said(settings, server.url)[1]


@pytest.mark.parametrize(
    ("answer", "hint"),
    [(http(status="403 Forbidden"), "Compare BLOG_PURGE_TOKEN"), (http("<p>It works!"), "docs/deploy.md")],
)
def test_a_cache_that_refuses_is_a_failure_with_its_hint(
    app: Flask, settings: Settings, answer: bytes, hint: str
) -> None:
    with fake(lambda _: answer) as server:
        save_progress(settings, server, minutes_ago=2)
        (line,) = said(settings, server.url)
    assert line.startswith("failed   purge: Varnish ")
    assert hint in line


def test_a_cache_that_cannot_be_reached_is_a_failure(app: Flask, settings: Settings) -> None:
    line = said(settings, f"http://127.0.0.1:{free_port()}")[0]
    assert line.startswith("failed   purge: Varnish cannot be reached")
