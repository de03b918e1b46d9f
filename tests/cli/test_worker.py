"""The worker of ``blog serve``: authors' changes appear by themselves, and errors do not stop it."""

import json
import os
import re
import signal
import sqlite3
import threading
import time
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.database import utc_now
from blog.extensions import db
from tests.sources.fake_ghost import ADMIN_KEY, fake_ghost
from tests.support.factories import make_comment
from tests.support.fakes import Request, fake, http
from tests.support.files import write
from tests.support.http_requests import ask
from tests.support.process_groups import members
from tests.support.servers import Served, served
from tests.support.waiting import TIMEOUT_SECONDS, wait_until
from tests.support.webhook_signatures import sign

SECRET = "a secret of sufficient length"


def status(blog: Served, path: str) -> int:
    return blog.get(path).status


def test_a_saved_file_appears_on_the_page_by_itself(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    write(articles, "tea.md", "Water first.", title="On Tea")
    with served(tmp_path / "blog", BLOG_SOURCE=f"folder:{articles}") as blog:
        assert "Water first." in blog.get("/articles/tea").text
        write(articles, "tea.md", "Leaves first.", title="On Tea")
        wait_until(lambda: "Leaves first." in blog.get("/articles/tea").text)
        write(articles, "cups.md", "A cup.", title="On Cups")
        wait_until(lambda: status(blog, "/articles/cups") == 200)
        (articles / "cups.md").unlink()
        wait_until(lambda: status(blog, "/articles/cups") == 410)
        write(articles, "tea.md", "Text.", title="On Tea", comments="perhaps")
        wait_until(lambda: "rejected: tea.md:3: comments" in blog.output)
        assert "Leaves first." in blog.get("/articles/tea").text


def deliver(blog: Served, body: dict[str, object]) -> int:
    """The response to a signed webhook of the CMS."""
    data = json.dumps(body)
    headers = {"X-Blog-Signature": sign(data.encode(), SECRET, time.time()), "Content-Type": "application/json"}
    return ask(blog.port, "POST", "/webhooks/ghost", data, headers).status


def test_polling_and_webhooks_sync_a_cms_despite_its_errors(tmp_path: Path) -> None:
    with fake_ghost() as (ghost, server):
        first = ghost.add(1, "First")
        environment = {
            "BLOG_SOURCE": f"ghost:{server.url}",
            "BLOG_SOURCE_ADMIN_KEY": ADMIN_KEY,
            "BLOG_WEBHOOK_SECRET": SECRET,
            "BLOG_SYNC_SECONDS": "5",
        }
        with served(tmp_path, **environment) as blog:
            assert status(blog, "/articles/first") == 200
            ghost.add(2, "Second", updated_at="2026-04-01T00:00:00.000+00:00")
            long = {"html": "<p>Long.</p>" * 100_000}  # Ghost sends the text in two formats, and its former state
            assert deliver(blog, {"post": {"current": {"id": f"{2:024x}"} | long}}) == 202
            wait_until(lambda: status(blog, "/articles/second") == 200)
            del ghost.posts[first]
            assert deliver(blog, {"post": {"current": {}, "previous": {"id": first}}}) == 202
            wait_until(lambda: status(blog, "/articles/first") == 410)
            honest = server.answer
            server.answer = lambda _: http(status="401 Unauthorized")
            wait_until(lambda: "answered 401" in blog.output)
            assert status(blog, "/articles/second") == 200
            server.answer = honest
            ghost.add(3, "Third", updated_at="2026-04-02T00:00:00.000+00:00")
            wait_until(lambda: status(blog, "/articles/third") == 200)
            assert blog.output.count("answered 401") == 1, "the same error is logged once"
            assert "Traceback" not in blog.output


def test_a_cms_that_is_down_at_the_start_does_not_stop_the_blog(tmp_path: Path) -> None:
    with fake_ghost() as (ghost, server):
        ghost.add(1, "First")
        honest = server.answer
        server.answer = lambda _: http(status="404 Not Found")
        environment = {
            "BLOG_SOURCE": f"ghost:{server.url}",
            "BLOG_SOURCE_ADMIN_KEY": ADMIN_KEY,
            "BLOG_SYNC_SECONDS": "5",
        }
        with served(tmp_path, **environment) as blog:
            assert status(blog, "/") == 200
            assert "answered 404" in blog.output
            server.answer = honest
            wait_until(lambda: status(blog, "/articles/first") == 200)


def test_a_cdn_that_hangs_or_fails_delays_nothing_and_is_purged_later(tmp_path: Path) -> None:
    go_on, taken = threading.Event(), http(status="200 Purged")
    answers = [http(status="503 Service Unavailable")] * 2

    def answer(_: Request) -> bytes:
        assert go_on.wait(TIMEOUT_SECONDS)
        return answers.pop() if answers else taken

    articles = tmp_path / "articles"
    write(articles, "tea.md", "Water first.", title="On Tea")
    with fake(answer) as server:
        environment = {"BLOG_SOURCE": f"folder:{articles}", "BLOG_PURGE": f"varnish:{server.url}"}
        with served(tmp_path / "blog", **environment) as blog:
            wait_until(lambda: server.requests)
            write(articles, "tea.md", "Leaves first.", title="On Tea")
            wait_until(lambda: "Leaves first." in blog.get("/articles/tea").text)
            go_on.set()
            wait_until(lambda: "is purged again" in blog.output)
            assert blog.output.count("cannot be purged. Varnish answered 503") == 1
            go_on.clear()
            write(articles, "cups.md", "A cup.", title="On Cups")
            before = len(server.requests)
            wait_until(lambda: len(server.requests) > before)
        go_on.set()
    assert "Traceback" not in blog.output


@pytest.fixture
def folder_blog(tmp_path: Path) -> dict[str, str]:
    write(tmp_path / "articles", "tea.md", "Water first.", title="On Tea")
    return {"BLOG_SOURCE": f"folder:{tmp_path / 'articles'}"}


def worker_of(blog: Served) -> int | None:
    """The process of the blog that watches the folder."""
    for process in members(blog.process.pid):
        with suppress(OSError):
            if any("inotify" in str(entry.readlink()) for entry in (process / "fd").iterdir()):
                return int(process.name)
    return None


def test_a_worker_that_dies_is_replaced(tmp_path: Path, folder_blog: dict[str, str]) -> None:
    with served(tmp_path / "blog", **folder_blog) as blog:
        wait_until(lambda: worker_of(blog))
        killed = worker_of(blog)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: worker_of(blog) not in {None, killed})
        assert re.search(r"worker ended .* started again", blog.output)
        write(tmp_path / "articles", "tea.md", "Leaves first.", title="On Tea")
        wait_until(lambda: "Leaves first." in blog.get("/articles/tea").text)


def test_a_worker_does_not_outlive_its_server(tmp_path: Path, folder_blog: dict[str, str]) -> None:
    with served(tmp_path / "blog", **folder_blog) as blog:
        wait_until(lambda: worker_of(blog))
        worker = worker_of(blog)
    assert worker is not None
    assert not Path(f"/proc/{worker}").exists()


def test_many_files_saved_at_once_are_all_stored(tmp_path: Path, folder_blog: dict[str, str]) -> None:
    with served(tmp_path / "blog", **folder_blog) as blog:
        for number in range(20):
            write(tmp_path / "articles", f"piece-{number}.md", f"# Piece {number}")
        wait_until(lambda: status(blog, "/articles/piece-19") == 200)
    with closing(sqlite3.connect(tmp_path / "blog" / "instance" / "blog.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM article WHERE withdrawn_at IS NULL").fetchone() == (21,)


def test_the_worker_deletes_data_that_is_due(tmp_path: Path, folder_blog: dict[str, str]) -> None:
    with served(tmp_path / "blog", **folder_blog) as blog, blog.rows():
        article = db.session.scalars(select(Article)).first()
        assert article is not None
        old = utc_now() - timedelta(days=31)
        make_comment(article, "Sent a month ago.", submitted_at=old)
        make_comment(article, "Taken back.", status=Status.WITHDRAWN, withdrawn_at=old, submitted_at=old)
    with served(tmp_path / "blog", **folder_blog) as blog:

        def left() -> list[tuple[str, str, str]]:
            with blog.rows():
                comments = db.session.scalars(select(Comment).order_by(Comment.id))
                return [(comment.body, comment.network, comment.user_agent) for comment in comments]

        wait_until(lambda: left() == [("Sent a month ago.", "", ""), ("", "", "")])
