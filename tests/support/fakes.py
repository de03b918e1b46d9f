"""A server on a real socket that sends the bytes that a test chooses, valid HTTP or not."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import parse_qsl, urlsplit

SECONDS = 20


@dataclass(frozen=True)
class Request:
    """A request that the server received."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Whole(bytes):
    """A response after which the connection stays open, because its head says truly where it ends."""


Sent = bytes | Iterator[bytes]
Responder = Callable[[Request], Sent]


@dataclass
class Fake:
    """A server on this machine; ``requests`` are the requests that it has received."""

    port: int
    answer: Responder
    requests: list[Request] = field(default_factory=list)
    connections: set[socket.socket] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def fake(answer: Responder) -> Iterator[Fake]:
    """Serve ``answer`` until the block ends. A connection takes further requests only after a ``Whole`` response."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Fake(listener.getsockname()[1], answer)
        thread = threading.Thread(target=_serve, args=(listener, server), daemon=True)
        thread.start()
        yield server
        # Closing a socket alone does not wake the thread that waits for it.
        for waiting in (listener, *server.connections.copy()):
            with suppress(OSError):
                waiting.shutdown(socket.SHUT_RDWR)
    thread.join(SECONDS)


def http(body: bytes | str = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A valid HTTP response; underscores in the headers' names become hyphens."""
    data = body.encode() if isinstance(body, str) else body
    length = {"Content-Length": str(len(data))}
    header_lines = length | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in header_lines.items())
    kind = Whole if length.items() <= header_lines.items() else bytes
    return kind(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + data)


def as_json(content: object, status: str = "200 OK", **headers: str) -> bytes:
    return http(json.dumps(content), status, **{"Content_Type": "application/json; charset=utf-8"} | headers)


def _serve(listener: socket.socket, server: Fake) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(connection, server), daemon=True).start()


def _talk(connection: socket.socket, server: Fake) -> None:
    connection.settimeout(SECONDS)
    server.connections.add(connection)
    with connection, suppress(OSError), connection.makefile("rb") as stream:
        while request := _read(stream):
            server.requests.append(request)
            sent = server.answer(request)
            for piece in [sent] if isinstance(sent, bytes) else sent:
                connection.sendall(piece)
            if not isinstance(sent, Whole):
                break
    server.connections.remove(connection)


def _read(stream: BinaryIO) -> Request | None:
    words = stream.readline().decode("latin-1").split()
    if len(words) != 3:
        return None
    headers = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    parts = urlsplit(words[1])
    return Request(words[0], parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers, body)
