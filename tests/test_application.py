"""The addresses that the application remembers are those that Flask makes."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError

from blog import create_app
from blog.config import Settings

HOST = "http://a.example"


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application that no database is needed for."""
    return create_app(Settings(instance=tmp_path / "instance"))


def address(app: Flask, path: str, endpoint: str, values: dict[str, Any] | None = None, host: str = HOST) -> str:
    with app.test_request_context(path, base_url=host):
        return url_for(endpoint, **(values or {}))


@pytest.mark.parametrize(
    ("endpoint", "values", "expected"),
    [
        ("articles.index", {}, "/"),
        ("articles.index", {"page": 2}, "/?page=2"),
        ("articles.index", {"page": None}, "/"),
        ("articles.show", {"slug": "ü & ö"}, "/articles/%C3%BC%20&%20%C3%B6"),
        ("articles.show", {"slug": "a", "_anchor": "comments"}, "/articles/a#comments"),
        ("articles.find", {"q": ["a", "b"]}, "/search?q=a&q=b"),
        ("articles.find", {"endpoint_": "x"}, "/search?endpoint_=x"),
    ],
)
def test_an_address(app: Flask, endpoint: str, values: dict[str, Any], expected: str) -> None:
    assert address(app, "/", endpoint, values) == expected
    assert address(app, "/", endpoint, values) == expected, "when it is remembered"


def test_a_path_in_front_is_part_of_it(app: Flask) -> None:
    assert address(app, "/", "articles.tags", host=f"{HOST}/blog") == "/blog/tags/"
    assert address(app, "/", "articles.tags", host=f"{HOST}/journal") == "/journal/tags/"
    assert address(app, "/", "articles.tags") == "/tags/"


def test_a_full_address_names_the_host_that_was_asked(app: Flask) -> None:
    assert address(app, "/", "articles.tags", {"_external": True}, "http://a.example") == "http://a.example/tags/"
    assert address(app, "/", "articles.tags", {"_external": True}, "http://b.example") == "http://b.example/tags/"
    assert address(app, "/", "articles.tags", {"_scheme": "https"}, "http://b.example") == "https://b.example/tags/"


def test_a_dot_means_the_part_that_the_page_belongs_to(app: Flask) -> None:
    assert address(app, "/tags/", ".index") == "/"
    assert address(app, "/moderation/", ".log") == "/moderation/log"


def test_what_has_no_address_has_none_the_second_time_either(app: Flask) -> None:
    for _ in range(2):
        with pytest.raises(BuildError):
            address(app, "/", "articles.show")
