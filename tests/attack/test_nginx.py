"""The blog behind nginx, configured as in the documentation: pages, comments, addresses, and stalled bodies."""

import re
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from blog.comments.models import Comment
from blog.extensions import db
from tests.support.files import write
from tests.support.http_requests import HTTPResponse, ask
from tests.support.nginx import make_certificate, nginx
from tests.support.ports import free_port
from tests.support.servers import Served, served

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "deploy.md"
HOST = "blog.example.org"
ORIGIN = f"https://{HOST}"
STALLED_BODIES = 200
MAX_CONNECTIONS = 50
"""The limit for one address in the documentation."""
SOON_SECONDS = 2.0
ESTABLISHED = "01"
"""A state in ``/proc/net/tcp``, see proc_net_tcp(5)."""
READER = "127.1.1.1"


@dataclass(frozen=True)
class Site:
    """A blog, and nginx in front of it on two ports: ``port`` for HTTPS, ``plain_port`` for HTTP."""

    blog: Served
    port: int
    plain_port: int
    trust: ssl.SSLContext

    def connect(self, address: str) -> ssl.SSLSocket:
        """A connection from ``address``, which is an address of this machine."""
        plain = create_connection(("127.0.0.1", self.port), 10, source_address=(address, 0))
        return self.trust.wrap_socket(plain, server_hostname=HOST)

    def ask(
        self,
        path: str,
        form: dict[str, str] | None = None,
        *,
        address: str = READER,
        headers: dict[str, str] | None = None,
    ) -> HTTPResponse:
        """The response to one request from ``address``; ``form`` is sent as a browser sends it."""
        connection = HTTPConnection(HOST)
        own = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.sock = self.connect(address)
            body = None if form is None else urlencode(form)
            method = "GET" if form is None else "POST"
            connection.request(method, path, body, (own if form is not None else {}) | (headers or {}))
            response = connection.getresponse()
            return HTTPResponse(response.status, response.headers, response.read().decode(errors="replace"))
        finally:
            connection.close()


def documented(folder: Path, certificate: Path, key: Path, blog_port: int, port: int, plain_port: int) -> str:
    """The configuration of the documentation, for these files and ports."""
    (text,) = re.findall(r"```nginx\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
    replacements = {
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "/etc/ssl/blog.pem": str(certificate),
        "/etc/ssl/private/blog.key": str(key),
        "http://127.0.0.1:8000": f"http://127.0.0.1:{blog_port}",
    }
    for old, new in replacements.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    assert f"limit_conn clients {MAX_CONNECTIONS};" in text
    return str(text)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    write(folder / "articles", "on-tea.md", "Water first.", title="On Tea", published_at="2026-03-01")
    certificate, key, trust = make_certificate(HOST, folder)
    blog_port, port, plain_port = free_port(), free_port(), free_port()
    environment = {
        "BLOG_SOURCE": f"folder:{folder / 'articles'}",
        "BLOG_URL": ORIGIN,
        "BLOG_PROXIES": "1",
    }
    configuration = documented(folder, certificate, key, blog_port, port, plain_port)
    with served(folder / "blog", blog_port, **environment) as blog, nginx(configuration, port, folder):
        yield Site(blog, port, plain_port, trust)


@contextmanager
def stalled(site: Site, addresses: list[str]) -> Iterator[list[ssl.SSLSocket]]:
    """Open a connection from each of ``addresses`` and send a head and half a body."""
    head = f"POST /articles/on-tea/comments HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n\r\nname=Bea".encode()
    with ExitStack() as stack:
        clients = [stack.enter_context(site.connect(address)) for address in addresses]
        for client in clients:
            client.sendall(head)
        yield clients


def assert_readers_notice_nothing(site: Site) -> None:
    for path in ("/", "/articles/on-tea", "/search?q=tea", "/healthz"):
        began = time.monotonic()
        assert site.ask(path).status == 200
        assert time.monotonic() - began < SOON_SECONDS, path


def connections_of(port: int) -> int:
    """How many connections a server on this machine has on ``port``."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == ESTABLISHED for row in rows)


def test_pages_and_their_files_come_over_https(site: Site) -> None:
    page = site.ask("/articles/on-tea")
    assert (page.status, "Water first." in page.text) == (200, True)
    assert "max-age" in page.headers["Strict-Transport-Security"]
    assert f'<link rel="canonical" href="{ORIGIN}/articles/on-tea">' in page.text
    assert not re.search(rf"127\.0\.0\.1|:{site.blog.port}\b|http://{HOST}", page.text)
    stylesheet = re.search(r'rel="stylesheet" href="([^"]+)"', page.text)
    assert stylesheet is not None
    assert site.ask(stylesheet[1].removeprefix(ORIGIN)).headers["Content-Type"].startswith("text/css")


def test_plain_http_redirects_to_https(site: Site) -> None:
    answer = ask(site.plain_port, "GET", "/tags/?x=1", headers={"Host": HOST})
    assert (answer.status, answer.headers["Location"]) == (301, f"{ORIGIN}/tags/?x=1")


def test_the_cookie_of_moderators_is_for_https_only(site: Site) -> None:
    cookie = site.ask("/moderation/login").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly"} <= set(re.split(r";\s*", cookie))


def test_a_comment_arrives_with_the_address_of_its_sender_and_no_other(site: Site) -> None:
    form = {"name": "Bea", "email": "bea@example.org", "website": "", "nickname": "", "body": "Lovely."}
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Real-IP": "203.0.113.9"}
    answer = site.ask("/articles/on-tea/comments", form, address="127.7.7.7", headers=forged)
    assert answer.status == 303
    receipt = answer.headers["Location"].removeprefix(ORIGIN)
    assert receipt.startswith("/comments/")
    assert "Lovely." in site.ask(receipt.split("#")[0]).text
    with site.blog.rows():
        assert db.session.scalars(select(Comment.network)).all() == ["127.7.7.0/24"]


def test_a_form_of_another_site_is_refused(site: Site) -> None:
    form = {"name": "Bea", "email": "bea@example.org", "website": "", "nickname": "", "body": "Lovely."}
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert site.ask("/articles/on-tea/comments", form, headers=headers).status == 403


def test_two_hundred_stalled_bodies_stay_in_nginx_and_delay_nobody(site: Site) -> None:
    addresses = [f"127.2.{number % 10}.1" for number in range(STALLED_BODIES)]
    with stalled(site, addresses):
        assert_readers_notice_nothing(site)
        assert connections_of(site.port) >= STALLED_BODIES
        assert connections_of(site.blog.port) < 10


def test_one_address_cannot_take_all_connections(site: Site) -> None:
    with stalled(site, ["127.3.3.3"] * (MAX_CONNECTIONS + 5)) as clients:
        for client in clients[MAX_CONNECTIONS:]:
            assert client.recv(100).startswith(b"HTTP/1.1 429 ")
        assert_readers_notice_nothing(site)
