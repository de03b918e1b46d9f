"""A gateway whose threads are all busy after the first part of a large response. Granian serves it in a test."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar
from unittest.mock import Mock

from blog.server.gateway import Gateway
from blog.server.scopes import ScopeReader
from blog.server.thread_pool import Busy, ThreadPool
from blog.server.wsgi_caller import WHOLE_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

T = TypeVar("T")
PART = b"x" * (WHOLE_BYTES + 1)


class BusyPool(ThreadPool):
    """Has a thread for one call, and for closing."""

    def __init__(self) -> None:
        super().__init__("busy", 1)
        self._has_called = False

    async def call(self, function: Callable[[], T]) -> T:
        if self._has_called:
            raise Busy
        self._has_called = True
        return await super().call(function)


def parts(_environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterator[bytes]:
    """A WSGI application."""
    start_response("200 OK", [("Content-Type", "text/csv")])
    yield PART
    yield PART


def app() -> Gateway:
    gateway = Gateway(parts, Mock(answer=Mock(return_value=None)), ScopeReader(0), Mock(), Mock())
    gateway._pages = BusyPool()
    return gateway
