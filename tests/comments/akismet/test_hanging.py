"""Akismet that hangs: one bounded wait at a time, in the worker only, and nothing is lost."""

import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from blog.comments.akismet.client import LIMITS, Opinion, ask
from blog.comments.akismet.worker import AkismetWorker
from blog.comments.models import Comment, Status
from blog.comments.signals.models import AkismetRequest, RequestKind
from blog.database import utc_now
from blog.extensions import db
from tests.comments.akismet.test_worker import KEY, Send, Service, article, make_due, send, service, settings
from tests.support.fakes import Request, fake

__all__ = ["article", "send", "service", "settings"]

WAIT = 0.5
QUICK = replace(LIMITS, connect=WAIT, read=WAIT, request=2 * WAIT)
"""The worker's own limits, with shorter times."""
AT_MOST = 4
"""Seconds after which a wait of at most one would be unbounded, also on a busy machine."""


@pytest.fixture
def silent() -> Iterator[str]:
    """A server whose socket accepts connections, and which never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that sends a byte now and then, so that no single read takes too long."""

    def drip(_: Request) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nX-Drip: "
        for _pause in range(200):
            time.sleep(WAIT / 5)
            yield b"x"

    with fake(drip) as server:
        yield server.url


def requests() -> list[AkismetRequest]:
    db.session.rollback()
    return list(db.session.scalars(select(AkismetRequest).order_by(AkismetRequest.id)))


def test_the_limits_of_the_worker_are_seconds_and_one_try() -> None:
    assert (LIMITS.connect, LIMITS.read, LIMITS.request, LIMITS.tries) == (5, 10, 15, 1)


@pytest.mark.parametrize("server", ["silent", "dripping"])
def test_a_server_that_hangs_costs_one_bounded_wait(
    request: pytest.FixtureRequest, send: Send, caplog: pytest.LogCaptureFixture, server: str
) -> None:
    url = request.getfixturevalue(server)
    comments = [send(f"Text {number}") for number in range(3)]
    worker = AkismetWorker(partial(ask, KEY, server=url, limits=QUICK))
    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        worker.work()
    assert WAIT <= time.monotonic() - started < AT_MOST, "it waits once, and not for each comment"
    assert [row.tries for row in requests()] == [1, 0, 0]
    assert requests()[0].not_before > utc_now(), "the next try comes later"
    assert {comment.status for comment in comments} == {Status.PENDING}
    assert len([record for record in caplog.records if "The request to Akismet failed" in record.getMessage()]) == 1
    assert KEY not in caplog.text


def test_readers_and_the_database_do_not_wait_for_a_server_that_hangs(app: Flask, send: Send, silent: str) -> None:
    send("Before.")
    asking = threading.Event()

    def ask_slowly(action: RequestKind, fields: Mapping[str, str]) -> Opinion | None:
        asking.set()
        return ask(KEY, action, fields, silent, replace(QUICK, read=AT_MOST, request=AT_MOST))

    def work() -> None:
        with app.app_context():
            AkismetWorker(ask_slowly).work()

    thread = threading.Thread(target=work)
    thread.start()
    assert asking.wait(AT_MOST)
    comment = send("Sent while Akismet hangs.")
    assert thread.is_alive(), "the comment was stored before the request was over"
    assert comment.status == Status.PENDING
    thread.join(5 * AT_MOST)
    assert not thread.is_alive()


def test_all_comments_are_checked_when_the_server_answers_again(send: Send, service: Service, silent: str) -> None:
    urls = [silent, service.url, service.url]
    worker = AkismetWorker(lambda action, fields: ask(KEY, action, fields, urls.pop(0), QUICK))
    for number in range(2):
        send(f"Text {number}")
    worker.work()
    make_due()
    worker.work()
    assert (service.paths, requests()) == (["comment-check", "comment-check"], [])
    assert db.session.scalars(select(Comment.status)).all() == [Status.PENDING] * 2
