"""The HTTP client against a real socket: every way in which the other side can fail."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import repeat
from pathlib import Path
from traceback import walk_tb

import pytest

from blog.fetch import errors as failed
from blog.fetch.client import Client
from blog.fetch.errors import FetchError, Refused
from blog.fetch.limits import Limits
from tests.support.fakes import Request, Responder, as_json, fake, http
from tests.support.ports import free_port

LIMITS = Limits(connect=2, read=1, request=2, size=100_000, redirects=3, tries=3, first_wait=0.01, longest_wait=1)


def asked(answer: Responder, limits: Limits = LIMITS) -> FetchError:
    """The error of a request to a server that gives ``answer``."""
    with fake(answer) as server, Client(server.url, limits=limits) as client, pytest.raises(FetchError) as caught:
        client.get(f"{server.url}/posts?key=SECRET").json()
    assert "SECRET" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


def test_an_answer_is_read_whole_and_its_usage_is_counted() -> None:
    with fake(lambda _: as_json({"tea": "Café"})) as server, Client(server.url, {"X-Key": "1"}) as client:
        answer = client.get(f"{server.url}/posts", {"page": 2}, {"X-More": "2"})
        assert answer.json() == {"tea": "Café"}
    sent = server.requests[0]
    assert (sent.path, sent.query, sent.headers["x-key"], sent.headers["x-more"]) == ("/posts", {"page": "2"}, "1", "2")
    assert client.usage.requests == 1
    assert client.usage.bytes == len('{"tea": "Caf\\u00e9"}')
    assert "1 request, " in str(client.usage)


def test_a_request_can_be_a_post() -> None:
    with fake(lambda request: as_json({"asked": request.body.decode()})) as server, Client(server.url) as client:
        assert client.post(f"{server.url}/graphql", {"query": "{ tea }"}).json() == {"asked": '{"query":"{ tea }"}'}


def test_a_server_that_is_not_there_is_an_error() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with Client(url, limits=LIMITS) as client, pytest.raises(failed.Unreachable, match="BLOG_SOURCE"):
        client.get(f"{url}/posts")
    assert client.usage.requests == 3


def test_an_unknown_host_name_is_an_error() -> None:
    with Client("http://cms.invalid", limits=LIMITS) as client, pytest.raises(failed.Unreachable):
        client.get("http://cms.invalid/posts")


def silence(_: Request) -> Iterator[bytes]:
    time.sleep(3)
    yield b""


def drip(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    for _piece in range(1000):
        time.sleep(0.1)
        yield b" "


def dripping_head(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for _piece in range(1000):
        time.sleep(0.1)
        yield b"X-More: 1\r\n"


@pytest.mark.parametrize("slow", [silence, drip, dripping_head])
def test_a_slow_answer_is_an_error(slow: Responder) -> None:
    assert isinstance(asked(slow, Limits(read=0.5, request=1, tries=1)), failed.TooSlow)


def test_half_an_answer_is_an_error() -> None:
    half = http('{"posts": [', Content_Length="1000")
    assert isinstance(asked(lambda _: half), failed.Unreachable)


def test_an_answer_that_is_not_http_is_an_error() -> None:
    assert isinstance(asked(lambda _: b"220 mail.example ESMTP\r\n"), failed.Unreachable)


@pytest.mark.parametrize(
    "body", [b"<html>Sign in</html>", b"", b"\xff\xfe\x00", '{"tea": "Café"}'.encode("latin-1"), b"[" * 100_000]
)
def test_an_answer_that_is_not_json_is_an_error(body: bytes) -> None:
    why = asked(lambda _: http(body, Content_Type="text/html; charset=iso-8859-1"))
    assert isinstance(why, failed.Garbled)
    assert "without JSON (text/html)" in str(why)


def test_json_with_a_byte_order_mark_is_read() -> None:
    with fake(lambda _: http(b"\xef\xbb\xbf{}")) as server, Client(server.url) as client:
        assert client.get(server.url).json() == {}


def test_an_endless_body_is_not_read_to_its_end() -> None:
    def endless(_: Request) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        yield from repeat(b"3e8\r\n" + b" " * 1000 + b"\r\n")

    assert isinstance(asked(endless), failed.TooLarge)


def test_a_gzip_bomb_is_not_unpacked_to_its_end() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert isinstance(asked(lambda _: http(bomb, Content_Encoding="gzip")), failed.TooLarge)


def test_a_body_that_is_not_the_gzip_it_claims_is_an_error() -> None:
    assert isinstance(asked(lambda _: http(b"plain", Content_Encoding="gzip")), failed.Garbled)


def test_a_redirect_is_followed_without_secrets_for_another_host() -> None:
    with fake(lambda _: as_json({"here": True})) as other:
        place = f"http://localhost:{other.port}/there"
        with fake(lambda _: http(status="302 Found", Location=place)) as server:
            with Client(server.url, {"X-Key": "1"}, LIMITS) as client, pytest.raises(failed.NotAllowed):
                client.get(f"{server.url}/a", headers={"X-More": "2"})
            assert server.requests[0].headers["x-key"] == "1"
        assert other.requests == []


def test_a_redirect_within_the_server_is_followed() -> None:
    def answer(request: Request) -> bytes:
        return http(status="301 Moved", Location="/b") if request.path == "/a" else as_json(request.path)

    with fake(answer) as server, Client(server.url, {"X-Key": "1"}, LIMITS) as client:
        assert client.get(f"{server.url}/a").json() == "/b"
        assert server.requests[1].headers["x-key"] == "1"


@pytest.mark.parametrize(
    ("place", "kind"),
    [("/", failed.BadRedirect), ("ftp://127.0.0.1/", failed.NotAllowed), ("file:///etc/passwd", failed.NotAllowed)],
)
def test_a_redirect_without_a_valid_target_is_an_error(place: str, kind: type[FetchError]) -> None:
    assert type(asked(lambda _: http(status="302 Found", Location=place))) is kind


@pytest.mark.parametrize("place", ["http://a:b:c/", "http://[oops]/", "http://a/\x01", "mailto:a@b", "javascript:x()"])
def test_a_redirect_to_an_invalid_address_is_not_tried_again(place: str) -> None:
    with (
        fake(lambda _: http(status="302 Found", Location=place)) as server,
        Client(server.url, limits=LIMITS) as client,
    ):
        with pytest.raises(failed.BadRedirect, match="redirects to an invalid address"):
            client.get(server.url)
        assert client.usage.requests == 1


@pytest.mark.parametrize(
    "url", ["https://user:SECRET@[oops]/a.png?key=SECRET#SECRET", "https://images.example:x/", "https://a/\ud800.png"]
)
def test_an_invalid_address_is_an_error(url: str) -> None:
    with Client("http://cms.example") as client, pytest.raises(failed.NotAllowed, match="is not an address") as caught:
        client.get(url)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:SECRET@a.example:1/b@c//d@e?SECRET#SECRET", "https://a.example:1/b@c//d@e"),
        ("https://us@er:SECRET@a.example#SECRET?SECRET", "https://a.example"),
        ("https://SECRET@[oops]/a.png?SECRET", "https://[oops]/a.png"),
        ("//SECRET@a.example/b", "//a.example/b"),
        ("/a//b@c", "/a//b@c"),
        ("https://a.example/b\nc", "https://a.example/b c"),
        ("mailto:ada@a.example", "mailto:ada@a.example"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_secrets(url: str, shown: str) -> None:
    assert failed.without_secrets(url) == shown


@pytest.mark.parametrize(
    ("status", "kind"),
    [("401 Unauthorized", failed.Unauthorised), ("403 Forbidden", failed.Unauthorised), ("404 Not Found", failed.Gone),
     ("410 Gone", failed.Gone), ("400 Bad Request", failed.Refused)],
)  # fmt: skip
def test_a_refusal_quotes_the_server_and_is_not_tried_again(status: str, kind: type[Refused]) -> None:
    with fake(lambda _: as_json({"errors": [{"message": "Unknown\nkey"}]}, status)) as server:
        with Client(server.url, limits=LIMITS) as client, pytest.raises(kind, match="“Unknown key”") as caught:
            client.get(server.url)
        assert len(server.requests) == 1
        assert caught.value.status == int(status[:3])


def test_repeated_server_errors_are_tried_a_few_times() -> None:
    with fake(lambda _: http(status="500 Internal Server Error")) as server:
        with Client(server.url, limits=LIMITS) as client, pytest.raises(failed.ServerFailed, match="answered 500"):
            client.get(server.url)
        assert len(server.requests) == LIMITS.tries


def test_a_temporary_error_is_tried_again() -> None:
    left = [http(status="502 Bad Gateway"), http(status="429 Too Many Requests", Retry_After="1"), as_json("tea")]
    pauses: list[float] = []
    with fake(lambda _: left.pop(0)) as server, Client(server.url, limits=LIMITS, wait=pauses.append) as client:
        assert client.get(server.url).json() == "tea"
    assert len(pauses) == 2
    assert pauses[1] == 1


def test_a_server_that_asks_for_a_long_pause_is_not_asked_again() -> None:
    with fake(lambda _: http(status="429 Too Many Requests", Retry_After="3600")) as server:
        with Client(server.url, limits=LIMITS) as client, pytest.raises(failed.ServerFailed, match="wait 3600 s"):
            client.get(server.url)
        assert len(server.requests) == 1


def test_another_host_in_a_private_network_is_not_asked() -> None:
    with fake(lambda _: http(b"secret")) as inside, Client("http://cms.example", limits=LIMITS) as client:
        for url in (inside.url, f"http://localhost:{inside.port}", f"http://[::ffff:127.0.0.1]:{inside.port}"):
            with pytest.raises(failed.NotAllowed, match="private network"):
                client.get(url)
        assert inside.requests == []


def test_a_host_that_does_not_answer_is_asked_once_per_sync() -> None:
    with fake(lambda _: as_json(1)) as server, Client(server.url, limits=LIMITS) as client:
        for _ in range(9):
            with pytest.raises(failed.UnknownHost) as caught:
                client.get("http://images.invalid/a.png")
            assert len(list(walk_tb(caught.value.__traceback__))) < 9, "the traceback does not grow with each image"
        assert client.usage.requests == 1, "an unknown host name is not tried again"
        assert client.get(server.url).json() == 1


def test_a_dead_dns_server_is_given_up_and_named(dead_dns: None) -> None:
    began = time.monotonic()
    limits, said = replace(LIMITS, connect=0.2, tries=2), "no DNS server answered within"
    with (
        Client("http://cms.example", limits=limits) as client,
        pytest.raises(failed.UnknownHost, match=said) as caught,
    ):
        client.get("http://cms.example/posts")
    assert time.monotonic() - began < 5
    assert "this machine’s DNS" in str(caught.value)
    assert client.usage.requests == 2, "it may answer a moment later"


def test_a_certificate_that_is_not_accepted_says_so_and_how_to_accept_it(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
        "-keyout", str(key), "-out", str(certificate),
    ]  # fmt: skip
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_shake_hands, args=(listener, context), daemon=True).start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with Client(url, limits=LIMITS) as client, pytest.raises(failed.BadCertificate) as caught:
            client.get(f"{url}/posts")
    assert "self-signed certificate" in str(caught.value)
    assert "SSL_CERT_FILE" in str(caught.value)
    assert client.usage.requests == 1, "it is not tried again"


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = listener.accept()
    with suppress(OSError), context.wrap_socket(connection, server_side=True):
        pass


def refused_at(date: str) -> str:
    """The error for a refused key when the server's clock says ``date``."""
    return str(asked(lambda _: as_json({"errors": [{"message": "Invalid token"}]}, "401 No", Date=date)))


def test_a_refused_key_with_a_clock_that_is_off_names_the_clock() -> None:
    assert "s ahead of the server’s, so set it" in refused_at("Mon, 01 Jan 2024 00:00:00 GMT")
    assert "clock" not in refused_at(format_datetime(datetime.now(UTC), usegmt=True))


@pytest.mark.parametrize("date", ["nonsense", "Mon, 99999999999999999999 Jan 2024 00:00:00 GMT"])
def test_a_refused_key_with_an_impossible_date_names_no_clock(date: str) -> None:
    assert "clock" not in refused_at(date)
