"""A server process that is asked to stop while it loads the application."""

import signal
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from typing import NoReturn

import pytest

from blog.cli import http_server

STOP_SECONDS = 10


def test_a_process_that_is_stopped_while_it_loads_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    context = get_context("fork")
    is_loading = context.Event()
    monkeypatch.setattr(http_server, "create_app", lambda: _load_for_ever(is_loading))
    process = context.Process(target=_serve)
    process.start()
    try:
        assert is_loading.wait(STOP_SECONDS)
        process.terminate()
        process.join(STOP_SECONDS)
        assert process.exitcode == -signal.SIGTERM
    finally:
        process.kill()
        process.join()


def _serve() -> None:
    # The server forks its processes after it has set a handler of its own.
    signal.signal(signal.SIGTERM, lambda *_: None)
    http_server.worker()


def _load_for_ever(is_loading: Event) -> NoReturn:
    is_loading.set()
    while True:
        signal.pause()
