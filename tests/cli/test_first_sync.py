"""The first sync of a blog: pages are served meanwhile, and readers and the operator are informed."""

import json
import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.sources.fake_ghost import CONTENT_KEY, FakeGhost, fake_ghost
from tests.support.fakes import Fake, Request, http
from tests.support.http_requests import answers
from tests.support.servers import Served, is_syncing, serving
from tests.support.waiting import TIMEOUT_SECONDS, wait_until

POSTS = 150
FIRST_BATCH = 100
TEXTS_OF_A_BATCH = 2
"""Requests for the texts of the first batch, 50 posts each."""
ON_THEIR_WAY = "The articles are on their way."
MORE_ON_THEIR_WAY = "More articles are on their way."


@contextmanager
def slow_ghost(texts: int) -> Iterator[tuple[FakeGhost, Fake, threading.Event]]:
    """A Ghost that answers ``texts`` requests for texts of posts, and more only when the event is set."""
    with fake_ghost() as (ghost, server):
        for number in range(POSTS):
            ghost.add(number, f"Piece {number}")
        go_on, given, honest = threading.Event(), [0], server.answer

        def answer(request: Request) -> bytes:
            if request.query.get("formats") == "html":
                given[0] += 1
                if given[0] > texts and not go_on.wait(TIMEOUT_SECONDS):
                    return http(status="504 Gateway Timeout")
            sent = honest(request)
            assert isinstance(sent, bytes)
            return sent

        server.answer = answer
        try:
            yield ghost, server, go_on
        finally:
            go_on.set()


def environment(server: Fake) -> dict[str, str]:
    return {"BLOG_SOURCE": f"ghost:{server.url}", "BLOG_SOURCE_KEY": CONTENT_KEY, "BLOG_SYNC_SECONDS": "3600"}


def progress(blog: Served) -> dict[str, object] | None:
    found: dict[str, object] | None = json.loads(blog.get("/readyz").text)["source"]["sync"]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blog"


def test_a_blog_is_served_while_its_first_articles_arrive(folder: Path) -> None:
    with slow_ghost(0) as (_, server, go_on), serving(folder, **environment(server)) as blog:
        wait_until(lambda: answers(blog.port), blog.process)
        assert ON_THEIR_WAY in (index := blog.get("/").text)
        assert not re.search(r"ghost|sync|\d+ of", index, re.IGNORECASE), "readers see no messages for operators"
        wait_until(lambda: f"Reading articles … 0 of {POSTS}" in blog.output)
        found = progress(blog)
        assert found is not None
        assert (found["count"], found["total"]) == (0, POSTS)
        go_on.set()
        wait_until(lambda: not is_syncing(blog.port))
        wait_until(lambda: "on their way" not in blog.get("/").text)
        assert "Piece 119" in blog.get("/").text
        wait_until(lambda: f"{POSTS} created" in blog.output)


def test_synced_articles_can_be_read_while_others_are_announced(folder: Path) -> None:
    with slow_ghost(TEXTS_OF_A_BATCH) as (_, server, go_on), serving(folder, **environment(server)) as blog:
        wait_until(lambda: answers(blog.port) and MORE_ON_THEIR_WAY in blog.get("/").text, blog.process)
        assert blog.get("/articles/piece-99").status == 200
        assert MORE_ON_THEIR_WAY not in blog.get("/?page=2").text
        go_on.set()
        wait_until(lambda: MORE_ON_THEIR_WAY not in blog.get("/").text)


def test_ctrl_c_says_what_is_stored_and_the_next_start_continues(folder: Path) -> None:
    with slow_ghost(TEXTS_OF_A_BATCH) as (_, server, go_on):
        with serving(folder, **environment(server)) as blog:
            wait_until(lambda: answers(blog.port) and blog.get("/articles/piece-99").status == 200, blog.process)
            os.killpg(blog.process.pid, signal.SIGINT)
            assert blog.process.wait(20) == 0
            assert f"{FIRST_BATCH} of {POSTS} articles are stored. The next start continues." in blog.output
            assert "Traceback" not in blog.output
        go_on.set()
        with serving(folder, **environment(server)) as blog:
            wait_until(lambda: answers(blog.port) and not is_syncing(blog.port), blog.process)
            wait_until(lambda: f"{POSTS - FIRST_BATCH} created, {FIRST_BATCH} unchanged" in blog.output)
            blog.stop()
            assert blog.output.count("articles are stored") == 1, "a sync that has ended is not reported as stopped"


def test_only_the_operator_sees_that_a_cms_failed_at_first(folder: Path) -> None:
    with slow_ghost(0) as (_, server, _), serving(folder, **environment(server)) as blog:
        server.answer = lambda _: http(status="404 Not Found")
        wait_until(lambda: "answered 404" in blog.output, blog.process)
        wait_until(lambda: answers(blog.port))
        wait_until(lambda: "Nothing has been published yet." in blog.get("/").text)
        assert json.loads(blog.get("/readyz").text)["source"]["last_sync_failed"]
