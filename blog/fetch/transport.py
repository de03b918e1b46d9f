"""Connections that enforce the address policy and a deadline."""

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import httpcore
import httpx

from blog.fetch.addresses import Host, addresses

MAX_CONNECTIONS = 10
"""Open connections at a time, to all hosts together."""


class Deadline(threading.local):
    """The deadline of the current request, one for each thread.

    The timeouts of HTTP libraries restart with every read, so a server that sends a byte now and then could hold a
    request forever. The deadline limits the whole request.
    """

    def __init__(self) -> None:
        self._ends = float("inf")

    def begin(self, seconds: float) -> None:
        """Set the deadline to ``seconds`` from now."""
        self._ends = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """Return the smaller of ``timeout`` and the time left.

        :raises httpcore.ReadTimeout: the deadline has passed.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time allowed for this request is over")
        return left if timeout is None else min(timeout, left)


@cache
def _ssl_context() -> ssl.SSLContext:
    """Load the trusted certificates, once per process because that takes longer than most requests."""
    # trust_env reads SSL_CERT_FILE, which operators need for a certificate authority of their own.
    return httpx.create_ssl_context(trust_env=True)


class Transport(httpx.BaseTransport):
    """An HTTP transport that connects only to allowed addresses and enforces ``deadline``.

    It raises httpcore's exceptions. ``named`` is the configured host, which may have a private address.
    """

    def __init__(self, named: Host, deadline: Deadline) -> None:
        # httpx.HTTPTransport does not accept a network backend, so httpx's requests are passed to a pool of httpcore.
        self._connections = httpcore.ConnectionPool(
            ssl_context=_ssl_context(),
            network_backend=_Network(named, deadline),
            max_connections=MAX_CONNECTIONS,
            keepalive_expiry=5,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request`` and return the response; its body is read from the network on demand."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        sent = httpcore.Request(
            request.method,
            url,
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        received = self._connections.handle_request(sent)
        return httpx.Response(
            received.status, headers=received.headers, stream=_Body(received), extensions=received.extensions
        )

    def close(self) -> None:
        """End all connections."""
        self._connections.close()


class _Body(httpx.SyncByteStream):
    """Adapts the body of an httpcore response to httpx."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Network(httpcore.NetworkBackend):
    def __init__(self, named: Host, deadline: Deadline) -> None:
        self._named = named
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            # Resolved and checked here, and connected to by IP address: with a second look-up the name could resolve
            # to a private address after the check.
            found = addresses(host, port, self._named, self._deadline.left(timeout))
        except UnicodeError as error:
            # getaddrinfo() encodes names with IDNA, which refuses empty and very long labels.
            raise OSError("is not a host name") from error
        for place, address in enumerate(found, start=1):
            try:
                inner = self._inner.connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
                return _Stream(inner, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                # The next address may answer, for example an IPv4 address where IPv6 does not work.
                if place == len(found):
                    raise
        raise httpcore.ConnectError("the name has no address")


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        # This is the deadline of the thread that reads now, since a kept connection may serve several threads in turn.
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: Any,  # noqa: ANN401 - as httpcore has it
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        # httpcore passes the name from the URL, so the certificate is checked for the name and not for the IP address.
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        return self._inner.get_extra_info(info)
