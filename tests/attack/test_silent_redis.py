"""A Redis that accepts connections but never answers delays a comment by a second and does not stop it."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask

from blog.config import Settings
from tests.support.factories import make_article

SENDERS = 6


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port whose listener never accepts a connection."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def settings(settings: Settings, silent_port: int) -> Settings:
    return replace(settings, redis_url=f"redis://127.0.0.1:{silent_port}/0")


def test_the_first_comments_are_stored_without_delay(app: Flask) -> None:
    make_article("On Tea")
    app.testing = False

    def send(number: int) -> int:
        form = {"name": "Bea", "email": "bea@example.org", "body": f"Number {number}."}
        return app.test_client().post("/articles/on-tea/comments", data=form).status_code

    with ThreadPoolExecutor(SENDERS) as senders:
        assert list(senders.map(send, range(SENDERS))) == [303] * SENDERS
