"""Waiting for what a real peer sends by itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.fakes import Fake, Request, fake, http
from tests.support.waiting import wait_until


@contextmanager
def receiver() -> Iterator[Fake]:
    """A server on this machine that takes whatever is sent to it."""
    with fake(_taken) as server:
        yield server


def next_delivery(server: Fake) -> Request:
    """The oldest request that has not been taken yet, once there is one."""
    wait_until(lambda: server.requests)
    return server.requests.pop(0)


def _taken(request: Request) -> bytes:
    return http()
