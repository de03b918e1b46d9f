"""Waits for webhooks that a real CMS sends."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.fakes import Fake, Request, fake, http
from tests.support.waiting import wait_until


@contextmanager
def receiver() -> Iterator[Fake]:
    """A server on this machine that accepts every request."""
    with fake(_taken) as server:
        yield server


def next_delivery(server: Fake) -> Request:
    """Wait for the oldest request that has not been taken yet, and return it."""
    wait_until(lambda: server.requests)
    return server.requests.pop(0)


def _taken(request: Request) -> bytes:
    return http()
