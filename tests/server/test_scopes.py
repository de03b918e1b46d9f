"""The WSGI environ made from a scope is as PEP 3333 requires."""

from dataclasses import dataclass, field

import pytest

from blog.server.scopes import ScopeReader, make_environ


class Headers:
    def __init__(self, *pairs: tuple[str, str]) -> None:
        self._pairs = list(pairs)

    def items(self) -> list[tuple[str, str]]:
        return self._pairs

    def get(self, name: str, default: str | None = None) -> str | None:
        return dict(reversed(self._pairs)).get(name, default)


@dataclass
class Scope:
    path: str = "/"
    query_string: str = ""
    method: str = "GET"
    scheme: str = "http"
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"
    client: str = "203.0.113.5:5000"
    headers: Headers = field(default_factory=Headers)


def test_text_in_the_environ_is_latin_1_as_pep_3333_requires() -> None:
    environ = make_environ(Scope(path="/tags/grün", query_string="q=grün", headers=Headers(("referer", "http://x/ü"))))
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/tags/grün"
    assert environ["QUERY_STRING"].encode("latin-1").decode() == "q=grün"
    assert environ["HTTP_REFERER"].encode("latin-1").decode() == "http://x/ü"


def test_repeated_headers_are_joined_and_lookalikes_are_left_out() -> None:
    headers = Headers(
        ("cookie", "a=1"), ("cookie", "b=2"), ("accept", "x"), ("accept", "y"), ("x_forwarded_for", "1.2.3.4")
    )
    environ = make_environ(Scope(headers=headers))
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_ACCEPT"] == "x,y"
    assert "HTTP_X_FORWARDED_FOR" not in environ


def test_ipv6_addresses_are_as_rfc_3875_writes_them() -> None:
    environ = make_environ(Scope(server="[::1]:8000", client="[2001:db8::7]:5000"))
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("[::1]", "8000")
    assert (environ["REMOTE_ADDR"], environ["REMOTE_PORT"]) == ("2001:db8::7", "5000")


@pytest.mark.parametrize(
    ("proxies", "expected"),
    [(0, ("http", "blog")), (1, ("https", "b.example")), (2, ("http", "a.example")), (3, ("http", "blog"))],
)
def test_forwarded_headers_count_as_far_as_proxies_are_trusted(proxies: int, expected: tuple[str, str]) -> None:
    headers = Headers(
        ("host", "blog"), ("x-forwarded-proto", "http, https"), ("x-forwarded-host", "a.example, b.example")
    )
    request = ScopeReader(proxies).page_request(Scope(headers=headers))
    assert (request.scheme, request.host) == expected
