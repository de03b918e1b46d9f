"""Calls a WSGI application and collects its response (PEP 3333)."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

WHOLE_BYTES = 256 * 1024
"""A response up to this size is sent at once; a larger one is sent in chunks, as fast as the client reads."""
CHUNK_BYTES = 64 * 1024
"""The size of the chunks of a response that was written to a file."""


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
    with ExitStack() as opened:
        opened.callback(getattr(chunks, "close", response.close))
        rest = iter(chunks)
        if not _take_all(response, rest):
            response.rest = rest if _has_length(response) else _measured(response, rest, opened)
            response.close = opened.pop_all().close
    return response


def _take_all(response: WSGIResponse, chunks: Iterator[bytes]) -> bool:
    """Add ``chunks`` to the body until it is too large to be sent at once; return whether these were all."""
    parts, size = [response.body], len(response.body)
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > WHOLE_BYTES:
            break
    response.body = b"".join(parts)
    return size <= WHOLE_BYTES


def _has_length(response: WSGIResponse) -> bool:
    return any(name.lower() == "content-length" for name, _ in response.headers)


def _measured(response: WSGIResponse, rest: Iterator[bytes], opened: ExitStack) -> Iterator[bytes]:
    """Write ``rest`` to a file, declare the length, and return the chunks of the file.

    Granian ends a response without a length in the same way whether it is complete or not, also when an error is
    raised. Only the declared length lets a client notice that it got less.
    """
    file = opened.enter_context(TemporaryFile())  # noqa: SIM115 - the stack closes it
    file.writelines(rest)
    response.headers = [*response.headers, ("Content-Length", str(len(response.body) + file.tell()))]
    file.seek(0)
    return iter(partial(file.read, CHUNK_BYTES), b"")
