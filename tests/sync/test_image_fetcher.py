"""Images of a CMS: how often other hosts are requested, and how many at a time."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from blog.fetch import addresses
from blog.instance import InstanceUnwritable
from blog.media.store import media_folder
from blog.sources.ghost.source import GhostSource
from blog.sync import image_fetcher
from blog.sync import images as images_of_document
from blog.sync.image_fetcher import MAX_HOSTS
from blog.sync.report import SyncReport
from blog.sync.run import sync, sync_changes, sync_documents
from tests.sources.fake_ghost import CONTENT_KEY, FakeGhost
from tests.support.fakes import Fake, Request, fake, http
from tests.support.files import picture
from tests.support.rows import article

pytestmark = pytest.mark.usefixtures("app")

CUP = picture("png", (60, 40))


@pytest.fixture(autouse=True)
def _hosts_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda _address: True)


@contextmanager
def opened(server: Fake) -> Iterator[GhostSource]:
    source = GhostSource(server.url, CONTENT_KEY, None)
    try:
        yield source
    finally:
        source.close()


def pulled(server: Fake, **options: Any) -> SyncReport:  # noqa: ANN401 - as sync() takes them
    with opened(server) as source:
        return sync(source, **options)


def images(*urls: str) -> str:
    return "".join(f'<p><img src="{url}"></p>' for url in urls)


def test_an_unknown_host_name_is_looked_up_once_per_sync(
    ghost: FakeGhost, server: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    honest = socket.getaddrinfo

    def getaddrinfo(host: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - the socket module's
        if host.endswith(".invalid"):
            asked.append(host)
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return honest(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    for number in range(5):
        urls = [f"http://host-{host}.invalid/{number}.png" for host in range(23)]
        ghost.add(number, f"Piece {number}", html=images(*urls))
    report = pulled(server)
    assert report.created == 5
    assert sorted(asked) == sorted(f"host-{host}.invalid" for host in range(23))
    assert len(report.notes) == 5 * 23


def test_an_address_that_is_no_url_costs_only_its_image(ghost: FakeGhost, server: Fake) -> None:
    lazy = '<p>Hot.</p><img data-src="https://[x/cup.png">'
    ghost.add(1, "Tea", html="<p>Hot.</p>" + images("http://[x"), feature_image="http://[x")
    ghost.add(2, "Milk", html=lazy)
    report = pulled(server)
    assert (report.created, report.rejected) == (2, [])
    assert sum("is left out: Invalid IPv6 URL" in note.reason for note in report.notes) == 2
    assert "<img" not in article("milk").body_html


def test_hosts_are_asked_in_parallel_for_one_image_each(ghost: FakeGhost, server: Fake) -> None:
    together = threading.Barrier(MAX_HOSTS, timeout=10)
    busy: dict[str, int] = {}

    def answer(request: Request) -> bytes:
        host = request.headers["host"]
        busy[host] = busy.get(host, 0) + 1
        assert busy[host] == 1
        if request.path == "/first.png":
            together.wait()
        busy[host] -= 1
        return http(CUP)

    with ExitStack() as stack:
        hosts = [stack.enter_context(fake(answer)) for _ in range(MAX_HOSTS)]
        urls = [f"{host.url}/{name}.png" for host in hosts for name in ("first", "second")]
        ghost.add(1, "Tea", html=images(*urls))
        assert pulled(server).notes == []
        assert [len(host.requests) for host in hosts] == [2] * MAX_HOSTS
    assert article("tea").body_html.count("<img") == 2 * MAX_HOSTS


def test_no_more_images_are_fetched_than_an_article_may_show(
    ghost: FakeGhost, server: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (image_fetcher, images_of_document):
        monkeypatch.setattr(module, "MAX_IMAGES", 3)
    with fake(lambda _: http(CUP)) as host:
        urls = [f"{host.url}/{number // 2}.png" for number in range(20)]
        ghost.add(1, "Tea", html=images(*urls))
        report = pulled(server)
        assert [request.path for request in host.requests] == ["/0.png", "/1.png", "/2.png"]
    assert any("at most 3 images" in note.reason for note in report.notes)


def test_a_picture_is_fetched_once_however_many_articles_show_it(ghost: FakeGhost, server: Fake) -> None:
    with fake(lambda request: http(CUP) if request.path == "/cup.png" else http(status="404 Not Found")) as host:
        for number in range(10):
            html = images(f"{host.url}/cup.png", f"{host.url}/gone.png")
            ghost.add(number, f"Piece {number}", html=html, feature_image=f"{host.url}/cup.png")
        report = pulled(server)
        assert sorted(request.path for request in host.requests) == ["/cup.png", "/gone.png"]
    assert len(report.notes) == 10
    assert article("piece-9").image == article("piece-0").image is not None


@pytest.mark.parametrize("how", ["changes", "webhook", "whole"])
def test_images_are_not_fetched_again_when_only_the_text_changes(ghost: FakeGhost, server: Fake, how: str) -> None:
    with fake(lambda _: http(CUP)) as host:
        id_ = ghost.add(1, "Tea", html="<p>Hot.</p>" + images(f"{host.url}/cup.png"))
        pulled(server)
        html = "<p>Hotter.</p>" + images(f"{host.url}/cup.png", f"{host.url}/pot.png")
        ghost.posts[id_] |= {"html": html, "updated_at": "2026-04-01T00:00:00.000+00:00"}
        with opened(server) as source:
            if how == "changes":
                sync_changes(source)
            elif how == "webhook":
                sync_documents(source, [id_])
            else:
                sync(source)
        assert [request.path for request in host.requests] == ["/cup.png", "/pot.png"]
    assert "Hotter." in (body := article("tea").body_html)
    assert body.count('width="60" height="40"') == 2


def test_a_missing_image_is_fetched_again(ghost: FakeGhost, server: Fake) -> None:
    with fake(lambda _: http(CUP)) as host:
        id_ = ghost.add(1, "Tea", html=images(f"{host.url}/cup.png"))
        pulled(server)
        for file in media_folder().iterdir():
            file.unlink()
        with opened(server) as source:
            sync_documents(source, [id_])
        assert len(host.requests) == 2
        assert list(media_folder().iterdir())


def test_a_full_sync_fetches_everything_again(ghost: FakeGhost, server: Fake) -> None:
    pictures = [CUP, picture("png", (9, 9))]
    with fake(lambda _: http(pictures.pop(0))) as host:
        ghost.add(1, "Tea", html=images(f"{host.url}/cup.png"))
        pulled(server)
        pulled(server, full=True)
    assert 'width="9" height="9"' in article("tea").body_html


def test_a_disk_that_stores_no_image_ends_the_sync(ghost: FakeGhost, server: Fake) -> None:
    media_folder().parent.mkdir(exist_ok=True)
    media_folder().write_bytes(b"in the way")
    with fake(lambda _: http(CUP)) as host:
        ghost.add(1, "Tea", html=images(f"{host.url}/cup.png"))
        with pytest.raises(InstanceUnwritable, match="cannot be written"):
            pulled(server)
