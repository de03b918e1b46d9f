"""Large responses: read on the threads of their kind, always closed, and never complete in appearance when cut off."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from unittest.mock import Mock

import pytest

from blog.server.gateway import Gateway
from blog.server.scopes import ScopeReader
from blog.server.thread_pool import ThreadPool
from blog.server.wsgi_caller import WSGIResponse
from tests.server.cut_responses import PART, BusyPool
from tests.server.test_scopes import Scope
from tests.support.http_requests import ask
from tests.support.ports import free_port
from tests.support.process_groups import kill_group, start_group
from tests.support.waiting import is_listening, wait_until

pytestmark = pytest.mark.only_on("sqlite", reason="no database is asked")

ROOT = Path(__file__).parents[2]
LENGTH = ("Content-Length", str(3 * len(PART)))


class App:
    """A WSGI application with a large response, which notes the threads that read and close it."""

    def __init__(self) -> None:
        self.read_on: list[str] = []
        self.closed_on: list[str] = []

    def __call__(self, _environ: object, start_response: WSGIResponse) -> "App":
        start_response("200 OK", [LENGTH])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(3):
            self.read_on.append(_kind())
            yield PART

    def close(self) -> None:
        self.closed_on.append(_kind())


def _kind() -> str:
    """The kind of the current thread."""
    return threading.current_thread().name.partition("_")[0]


class Protocol:
    """Records what is sent, like Granian's protocol. A client that is ``stuck`` receives nothing."""

    def __init__(self, *, is_stuck: bool = False) -> None:
        self.heads: list[int] = []
        self.sent = b""
        self._is_stuck = is_stuck

    def response_bytes(self, status: int, _headers: object, body: bytes) -> None:
        self.heads.append(status)
        self.sent += body

    def response_stream(self, status: int, _headers: object) -> "Protocol":
        self.heads.append(status)
        return self

    async def send_bytes(self, chunk: bytes) -> None:
        if self._is_stuck:
            await asyncio.sleep(60)
        self.sent += chunk


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def server(app: App) -> Gateway:
    return Gateway(app, Mock(answer=Mock(return_value=None)), ScopeReader(0), Mock(), Mock())  # type: ignore[arg-type]


@pytest.mark.parametrize(("path", "kind"), [("/moderation/log.csv", "page"), ("/static/x/large.svg", "file")])
def test_a_large_response_is_read_and_closed_on_the_threads_that_made_it(
    app: App, server: Gateway, path: str, kind: str
) -> None:
    protocol = Protocol()
    asyncio.run(server.__rsgi__(Scope(path=path), protocol))
    assert protocol.sent == 3 * PART
    assert (app.read_on, app.closed_on) == ([kind] * 3, [kind])


def test_a_response_that_has_begun_is_not_refused_but_closed(
    app: App, server: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    server._pages = BusyPool()
    protocol = Protocol()
    asyncio.run(server.__rsgi__(Scope(), protocol))
    assert (protocol.heads, protocol.sent) == ([200], PART)
    assert app.closed_on == ["busy"]
    assert "A response was cut off" in caplog.text


def test_a_response_is_closed_though_its_client_is_too_slow(
    app: App, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("blog.server.gateway"), "SEND_SECONDS", 0.01)
    asyncio.run(server.__rsgi__(Scope(), Protocol(is_stuck=True)))
    assert app.closed_on == ["page"]


def test_what_must_be_closed_waits_for_a_thread_as_long_as_it_takes() -> None:
    go_on = threading.Event()
    closed: list[str] = []

    async def scenario() -> None:
        pool = ThreadPool("test", 1, max_waiting=0, wait_seconds=0.01)
        taken = asyncio.create_task(pool.call(lambda: go_on.wait(20)))
        await asyncio.sleep(0)
        closing = asyncio.create_task(pool.finish(lambda: closed.append("closed")))
        await asyncio.sleep(0.05)
        assert closed == []
        go_on.set()
        await asyncio.gather(taken, closing)

    asyncio.run(scenario())
    assert closed == ["closed"]


def test_a_client_notices_that_a_response_was_cut_off(tmp_path: Path) -> None:
    port = free_port()
    program = Path(sys.executable).with_name("granian")
    options = ("--interface=rsgi", "--http=1", "--factory", f"--port={port}", "tests.server.cut_responses:app")
    with (tmp_path / "output").open("wb") as output:
        process = start_group([program, *options], subprocess.DEVNULL, output, ROOT)
        try:
            wait_until(lambda: is_listening(port), process)
            with pytest.raises(ConnectionError, match="not answered to its end"):
                ask(port, "GET", "/moderation/log.csv")
        finally:
            kill_group(process)
