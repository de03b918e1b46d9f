"""Ids in feeds of a site whose settings have no URL."""

import feedparser  # type: ignore[import-untyped]
import pytest
from flask.testing import FlaskClient

from tests.support.feed_rules import faults


@pytest.mark.only_on("sqlite", reason="the feed has no rows")
@pytest.mark.parametrize(
    ("host", "authority"),
    [
        ("blog.example.net:8000", "blog.example.net"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("[2001:db8::1]:8000", "2001-db8--1"),
        ("[::1]", "1"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_without_a_configured_url_ids_use_the_requested_host(client: FlaskClient, host: str, authority: str) -> None:
    answer = client.get("/feed.xml", base_url=f"http://{host}")
    assert faults(answer.data, f"http://{host}/feed.xml") == []
    feed = feedparser.parse(answer.data).feed
    assert (feed.id, feed.link) == (f"tag:{authority},2026:articles", f"http://{host}/")
