"""Clients that open connections and send slowly or nothing do not disturb readers."""

import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from blog.server.deadlines import BODY_SECONDS, HEADER_SECONDS
from tests.attack import shorter_limits
from tests.support.files import write
from tests.support.servers import Served, served

STALLED_BODIES = 200
IDLE_CONNECTIONS = 2_000
SOON_SECONDS = 2.0
"""A response within this time did not wait for a deadline, even on a busy machine."""

HEAD = b"POST /articles/on-tea/comments HTTP/1.1\r\nHost: blog\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    articles = tmp_path_factory.mktemp("articles")
    write(articles, "on-tea.md", title="On Tea", published_at="2026-03-01T12:00:00Z")
    return {"BLOG_SOURCE": f"folder:{articles}", "BLOG_COMMENT_RATE": "1000 per minute"}


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("blog"), **environment) as blog:
        yield blog


@pytest.fixture
def impatient_blog(tmp_path: Path, environment: dict[str, str]) -> Iterator[Served]:
    """A blog with shorter limits."""
    with served(tmp_path, **environment, **shorter_limits.RUN_FIRST) as blog:
        yield blog


@contextmanager
def connections(blog: Served, count: int, data: bytes) -> Iterator[list[socket.socket]]:
    """Open this many connections at once and send ``data`` on each."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count + 200:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 200), hard))
    with ExitStack() as stack:
        opened = []
        for _ in range(count):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", blog.port), 10))
            client.sendall(data)
            opened.append(client)
        yield opened


def assert_readers_notice_nothing(blog: Served) -> None:
    for path in ("/", "/articles/on-tea", "/search?q=tea", "/healthz", "/readyz"):
        began = time.monotonic()
        assert blog.get(path).status == 200
        assert time.monotonic() - began < SOON_SECONDS, path
    began = time.monotonic()
    answer = blog.post(
        "/articles/on-tea/comments", name="Bea", email="b@example.org", website="", nickname="", body="Hi"
    )
    assert answer.status == 303
    assert time.monotonic() - began < SOON_SECONDS


def closed_within(client: socket.socket, seconds: float) -> bytes:
    """The bytes that the server sent before it closed the connection."""
    client.settimeout(seconds)
    received = b""
    while chunk := client.recv(65_536):
        received += chunk
    return received


@pytest.mark.parametrize(
    "start",
    [
        HEAD + b"Content-Length: 100000\r\n\r\nname=Bea&body=",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nname=\r\n",
    ],
)
def test_two_hundred_stalled_bodies_delay_nobody(blog: Served, start: bytes) -> None:
    with connections(blog, STALLED_BODIES, start):
        assert_readers_notice_nothing(blog)


def test_two_thousand_idle_connections_delay_nobody(blog: Served) -> None:
    with connections(blog, IDLE_CONNECTIONS, b""):
        assert_readers_notice_nothing(blog)


def test_two_thousand_half_sent_heads_delay_nobody(blog: Served) -> None:
    with connections(blog, IDLE_CONNECTIONS, b"GET / HTTP/1.1\r\nHost: "):
        assert_readers_notice_nothing(blog)


def trickle(client: socket.socket) -> bytes:
    """Send a byte now and then until the server answers."""
    client.settimeout(0.5)
    deadline = time.monotonic() + shorter_limits.BODY_SECONDS + 10
    while time.monotonic() < deadline:
        client.sendall(b"a")
        try:
            return client.recv(1000)
        except TimeoutError:
            continue
    return b""


def test_a_request_that_arrives_too_slowly_is_refused(impatient_blog: Served) -> None:
    """Wait for all at the same time, because each waits for its deadline."""
    body, head = shorter_limits.BODY_SECONDS + 10, shorter_limits.HEADER_SECONDS + 10
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(5))

        def sent(data: bytes) -> socket.socket:
            return stack.enter_context(connections(impatient_blog, 1, data))[0]

        stalled = pool.submit(closed_within, sent(HEAD + b"Content-Length: 10\r\n\r\nab"), body)
        trickling = pool.submit(trickle, sent(HEAD + b"Content-Length: 1000\r\n\r\n"))
        silent = pool.submit(closed_within, sent(b""), head)
        half_head = pool.submit(closed_within, sent(b"GET / HTTP/1.1\r\nHost: "), head)
        idle = pool.submit(closed_within, sent(b"GET /healthz HTTP/1.1\r\nHost: blog\r\n\r\n"), head)
        assert stalled.result().startswith(b"HTTP/1.1 408 ")
        assert b"That took too long to arrive. " in stalled.result()
        assert trickling.result().startswith(b"HTTP/1.1 408 ")
        assert silent.result() == b""
        assert not half_head.result().startswith(b"HTTP/1.1 200 ")
        assert idle.result().startswith(b"HTTP/1.1 200 ")


def test_a_form_that_is_cut_off_is_not_taken_for_a_whole_one(blog: Served) -> None:
    with connections(blog, 1, HEAD + b"Content-Length: 100\r\n\r\nname=Bea&body=Half+of") as (client,):
        client.shutdown(socket.SHUT_WR)
        assert closed_within(client, HEADER_SECONDS).startswith(b"HTTP/1.1 408 ")


def test_http_2_is_refused(blog: Served) -> None:
    with connections(blog, 4, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)) as clients:
        for client in clients:
            assert b"200" not in closed_within(client, HEADER_SECONDS + 10)
        assert_readers_notice_nothing(blog)


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 5000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n4c4b40\r\n"]
)
def test_a_body_that_is_too_large_is_refused_before_it_has_arrived(blog: Served, framing: bytes) -> None:
    with connections(blog, 1, HEAD + b"Sec-Fetch-Site: same-origin\r\n" + framing + b"a" * 300_000) as (client,):
        client.settimeout(BODY_SECONDS / 2)
        assert client.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_reads_nothing_delays_nobody(blog: Served) -> None:
    with connections(blog, STALLED_BODIES, b"GET /articles/on-tea HTTP/1.1\r\nHost: blog\r\n\r\n" * 20):
        assert_readers_notice_nothing(blog)
