"""Waiting for what a real peer sends by itself."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.support.fakes import Fake, Request, fake, http

SECONDS = 20


@contextmanager
def receiver() -> Iterator[Fake]:
    """A server on this machine that takes whatever is sent to it."""
    with fake(_taken) as server:
        yield server


def next_delivery(server: Fake) -> Request:
    """The oldest request that has not been taken yet, once there is one."""
    until_true(lambda: bool(server.requests))
    return server.requests.pop(0)


def until_true(is_so: Callable[[], bool]) -> None:
    """Wait until it is so. Raises ``AssertionError`` when it takes too long."""
    until = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < until, f"it did not happen within {SECONDS} s"
        time.sleep(0.05)


def _taken(request: Request) -> bytes:
    return http()
