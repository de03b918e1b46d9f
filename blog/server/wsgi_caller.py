"""Calls a WSGI application and collects its response (PEP 3333)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

WHOLE_BYTES = 256 * 1024
"""A response up to this size is sent at once; a larger one is sent in chunks, as fast as the client reads."""


@dataclass
class WSGIResponse:
    """A response. If it is too large to be sent at once, ``body`` is its first part and ``rest`` yields the others.

    The object itself is passed to the application as ``start_response``.
    """

    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] = lambda: None

    def __call__(self, status: str, headers: Headers, _exc_info: object = None) -> Callable[[bytes], None]:
        self.status = int(status[:3])
        self.headers = headers
        return self._write

    def _write(self, data: bytes) -> None:
        self.body += data


def run(app: "WSGIApplication", environ: "WSGIEnvironment") -> WSGIResponse:
    """Call ``app`` and return its response. The caller must close a response with a ``rest``; others are closed."""
    response = WSGIResponse()
    chunks = app(environ, response)
    response.close = getattr(chunks, "close", response.close)
    try:
        _take(response, chunks)
    finally:
        if response.rest is None:
            response.close()
    return response


def _take(response: WSGIResponse, chunks: Iterable[bytes]) -> None:
    parts, size = [response.body], len(response.body)
    rest = iter(chunks)
    for chunk in rest:
        parts.append(chunk)
        size += len(chunk)
        if size > WHOLE_BYTES:
            response.rest = rest
            break
    response.body = b"".join(parts)
