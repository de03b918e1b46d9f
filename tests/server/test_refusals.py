"""The gateway's own refusals are in the site's language: a page for browsers, a line for other clients."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask

from blog.config import Settings
from blog.server import gateway
from blog.server.bodies import BodyCut, BodyTimeout, TooManyBodies
from blog.server.gateway import Gateway
from blog.server.refusals import Refusals
from tests.server.test_scopes import Headers, Scope
from tests.support.outline import Outline

pytestmark = pytest.mark.only_on("sqlite", reason="no database is asked")

BROWSER = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
PROGRAM = ("accept", "*/*")


@dataclass
class Protocol:
    """Records one response, like Granian's protocol."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.text = status, dict(headers), body.decode()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, language="de", title="Teeblog")


@pytest.fixture
def server(app: Flask, settings: Settings) -> Gateway:
    return gateway(app, settings)


Send = Callable[[tuple[str, str]], Protocol]


@pytest.fixture
def send(server: Gateway) -> Send:
    """A function that sends a form with one header to the gateway and returns the response."""

    def send(header: tuple[str, str]) -> Protocol:
        protocol = Protocol()
        scope = Scope(path="/articles/on-tea/comments", method="POST", headers=Headers(header))
        asyncio.run(server.__rsgi__(scope, protocol))
        return protocol

    return send


@pytest.fixture(
    params=[
        (BodyTimeout, 408, "Das kam nicht rechtzeitig an"),
        (BodyCut, 408, "Das kam nicht rechtzeitig an"),
        (TooManyBodies, 503, "Das Blog kann gerade nicht antworten"),
    ]
)
def refused(request: pytest.FixtureRequest, server: Gateway, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    error, status, title = request.param

    async def fail(_chunks: object, _length: object) -> bytes:
        raise error

    monkeypatch.setattr(server._bodies.forms, "read", fail)
    return status, title


def test_a_browser_gets_a_page_of_the_site(send: Send, refused: tuple[int, str]) -> None:
    status, title = refused
    response = send(BROWSER)
    assert response.status == status
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert ("html", {"lang": "de", "dir": "ltr"}) in Outline(response.text).elements
    assert f"<title>{title} – Teeblog</title>" in response.text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_program_gets_a_line(send: Send, refused: tuple[int, str]) -> None:
    status, title = refused
    response = send(PROGRAM)
    assert (response.status, response.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert response.text.startswith(f"{title}. ")
    assert response.text.count("\n") == 1


def test_a_refusal_is_not_cached_and_ends_its_connection(send: Send, refused: tuple[int, str]) -> None:
    headers = send(BROWSER).headers
    assert (headers["Cache-Control"], headers["Connection"]) == ("no-store", "close")
    assert ("Retry-After" in headers) is (refused[0] == 503)


def test_a_refusal_is_made_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals = Refusals(app)
    monkeypatch.setitem(app.extensions, "error_page", None)
    first, second = Protocol(), Protocol()
    for protocol in (first, second):
        refusals.send(503, Scope(headers=Headers(BROWSER)), protocol)
    assert first == second
    assert len(first.text) < 20_000
