"""Each kind of CDN: what is sent to it, and every way in which it can refuse."""

import time
from collections.abc import Callable, Iterator
from itertools import repeat

import pytest

from blog.cdn import client
from blog.cdn.backend import CDNBackend, PurgeFailed, batches
from blog.cdn.cloudflare import Cloudflare
from blog.cdn.fastly import Fastly
from blog.cdn.varnish import Varnish
from tests.cdn.fake_backends import SERVICE, TOKEN, ZONE, FakeCloudflare, FakeFastly, refused
from tests.support.fakes import Request, Responder, as_json, fake, http
from tests.support.ports import free_port

WORDS = [f"article/{number:03}" for number in range(257)]
MAKE: dict[str, Callable[[str], CDNBackend]] = {
    "Fastly": lambda url: Fastly(SERVICE, TOKEN, url),
    "Cloudflare": lambda url: Cloudflare(ZONE, TOKEN, url),
    "Varnish": lambda url: Varnish(url, TOKEN),
}
every_backend = pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)


def refusal(make: Callable[[str], CDNBackend], answer: Responder) -> PurgeFailed:
    """The error of a purge when the server gives ``answer``."""
    with fake(answer) as server, pytest.raises(PurgeFailed) as caught:
        make(server.url).purge({"index"})
    assert len(server.requests) == 1
    return plain(caught.value)


def plain(trouble: PurgeFailed) -> PurgeFailed:
    """Assert that ``trouble`` is one line that says what happened and contains no secret; return it."""
    assert "\n" not in str(trouble)
    assert TOKEN not in str(trouble)
    assert TOKEN not in repr(trouble)
    return trouble


@pytest.mark.parametrize(
    ("service", "make", "requests"),
    [(FakeFastly(), MAKE["Fastly"], 2), (FakeCloudflare(), MAKE["Cloudflare"], 3)],
    ids=["Fastly", "Cloudflare"],
)
def test_purges_are_sent_in_as_few_requests_as_possible(
    service: FakeFastly | FakeCloudflare, make: Callable[[str], CDNBackend], requests: int
) -> None:
    with fake(service) as server:
        make(server.url).purge(WORDS)
    assert len(server.requests) == requests
    assert service.keys == set(WORDS)


def test_varnish_gets_requests_with_the_method_purge() -> None:
    with fake(lambda _: http(status="200 Purged")) as server:
        MAKE["Varnish"](server.url).purge({"index", "tag/tea"})
        Varnish(server.url, "").purge({"index"})
    first, second = server.requests
    assert (first.method, first.headers["purge-keys"], first.headers["purge-token"]) == (
        "PURGE",
        "index tag/tea",
        TOKEN,
    )
    assert "purge-token" not in second.headers


def test_no_header_is_longer_than_varnish_accepts() -> None:
    with fake(lambda _: http(status="200 Purged")) as server:
        MAKE["Varnish"](server.url).purge({"x" * 150 + str(number) for number in range(100)})
    assert max(len(request.headers["purge-keys"]) for request in server.requests) <= 4_000
    assert sum(len(request.headers["purge-keys"].split()) for request in server.requests) == 100


def test_nothing_to_purge_is_no_request() -> None:
    with fake(FakeFastly()) as server:
        MAKE["Fastly"](server.url).purge([])
    assert server.requests == []


@pytest.mark.parametrize(
    ("name", "answer", "says", "hint"),
    [
        ("Fastly", as_json({"msg": "Provided credentials are missing or invalid"}, "401 Unauthorized"),
         "credentials are missing", "BLOG_PURGE_TOKEN"),
        ("Fastly", as_json({"msg": "You are not authorized to perform this action"}, "403 Forbidden"),
         "not authorized", "purge_select"),
        ("Fastly", as_json({"msg": "Record not found", "detail": "Cannot find service"}, "404 Not Found"),
         "Record not found: Cannot find service", "ID in BLOG_PURGE"),
        ("Cloudflare", refused("403 Forbidden", 10000, "Authentication error"),
         "Authentication error", "BLOG_PURGE_TOKEN"),
        ("Cloudflare", refused("400 Bad Request", 6003, "Invalid request headers"),
         "Invalid request headers", "a token and not a key"),
        ("Cloudflare", refused("404 Not Found", 7003, "Could not route to /zones/x/purge_cache"),
         "Could not route", "zone’s ID"),
        ("Cloudflare", as_json({"success": False, "errors": [{"code": 1, "message": "No"}]}), "“No”", "tries again"),
        ("Varnish", http(status="403 Forbidden"), "403", "Compare BLOG_PURGE_TOKEN"),
        ("Varnish", http(status="405 Method Not Allowed"), "405", "docs/deploy.md"),
        ("Varnish", http("<p>Welcome"), "does not confirm", "docs/deploy.md"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_how_to_fix_it(name: str, answer: bytes, says: str, hint: str) -> None:
    trouble = refusal(MAKE[name], lambda _: answer)
    assert str(trouble).startswith(f"{name} ")
    assert says in str(trouble)
    assert hint in str(trouble)


@every_backend
@pytest.mark.parametrize(
    "answer",
    [
        http("<html>a page of a proxy</html>"),
        as_json([1, 2]),
        as_json({"errors": "none", "msg": 7}),
        as_json({"errors": 7}),
        http(b"\xff\xfe\0"),
        http("[" * 50_000),
        http(b"\xff", "500 \xff", Content_Encoding="gzip"),
        http(status="204 No Content"),
        http(status="302 Found", Location="http://127.0.0.1:1/"),
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbroken off",
        http(b"x" * 200_000),
        b"",
    ],
    ids=[
        "page",
        "list",
        "other",
        "number",
        "bytes",
        "deep",
        "gzip",
        "empty",
        "redirect",
        "garbage",
        "short",
        "large",
        "nothing",
    ],
)
def test_a_garbled_answer_is_a_failed_purge(make: Callable[[str], CDNBackend], answer: bytes) -> None:
    refusal(make, lambda _: answer)


@every_backend
def test_an_error_of_a_service_is_shown_short_and_without_the_token(make: Callable[[str], CDNBackend]) -> None:
    said = f"Bad\n\x1b[31mtoken {TOKEN} " + "x" * 1000
    body = {"msg": said, "errors": [{"message": said}]}
    trouble = refusal(make, lambda _: as_json(body, "400 Bad Request"))
    assert len(str(trouble)) < 400
    assert str(trouble).isprintable()


@every_backend
@pytest.mark.parametrize(
    ("status", "header", "pause"),
    [
        ("429 Too Many Requests", {"Retry-After": "30"}, 30),
        ("429 Too Many Requests", {}, None),
        ("503 Service Unavailable", {"Retry-After": "5"}, 5),
        ("502 Bad Gateway", {}, None),
    ],
)
def test_a_service_that_asks_for_a_pause_is_recognised(
    make: Callable[[str], CDNBackend], status: str, header: dict[str, str], pause: float | None
) -> None:
    trouble = refusal(make, lambda _: http("{}", status, **header))
    assert trouble.pause == pause
    assert "tries again" in str(trouble)


@every_backend
def test_a_service_that_cannot_be_reached_is_a_failed_purge(make: Callable[[str], CDNBackend]) -> None:
    with pytest.raises(PurgeFailed, match="cannot be reached"):
        make(f"http://127.0.0.1:{free_port()}").purge({"index"})


def silence(_: Request) -> Iterator[bytes]:
    time.sleep(2)
    yield b""


def drip(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for number in range(100):
        yield f"X-{number}: x\r\n".encode()
        time.sleep(0.1)


def flood(_: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    yield from repeat(b"x" * 10_000, 1000)


@every_backend
@pytest.mark.parametrize("answer", [silence, drip])
def test_a_slow_answer_is_stopped(
    make: Callable[[str], CDNBackend], answer: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "REQUEST_SECONDS", 0.5)
    assert "did not answer in time" in str(refusal(make, answer))


@every_backend
def test_an_endless_answer_is_stopped(make: Callable[[str], CDNBackend]) -> None:
    assert "more than 100 kB" in str(refusal(make, flood))


def test_batches_keep_the_order_and_both_limits() -> None:
    words = ["a", "bb", "ccc", "dddd", "e"]
    assert list(batches(words, 2, 100)) == [["a", "bb"], ["ccc", "dddd"], ["e"]]
    assert list(batches(words, 9, 6)) == [["a", "bb"], ["ccc"], ["dddd"], ["e"]]
    assert list(batches(["too long for it"], 9, 6)) == [["too long for it"]]
    assert list(batches([], 9, 6)) == []
