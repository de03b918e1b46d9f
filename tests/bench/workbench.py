"""What moderators wait for while a tenth of a million comments waits for them: their pages and their decisions."""

import html
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from blog.comments.models import Comment, Status
from blog.config import Settings
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.queue import marks
from blog.moderation.queue_changes import changes_since
from blog.moderation.queue_filter import QueueFilter
from blog.moderation.roles import Role
from tests.bench.queue_rows import Amount, write_queue
from tests.bench.sample_data import WORDS
from tests.support.applications import opened
from tests.support.clients import PASSWORD, OutsideClient, Visitor
from tests.support.postgresql import Cluster

REPEATS = 15
MODERATOR = "Cleo"
COMMON, RARE = WORDS[2], WORDS[1_000]
QUEUE = "/moderation/"
DATABASES = {"SQLite": time.process_time, "PostgreSQL": time.perf_counter}
"""The clock for each: SQLite works within the process, so processor time is all, whatever else the machine does."""
FEW, MANY = Amount(40_000), Amount(1_000_000)


def measure(amount: Amount, database: str) -> dict[str, float]:
    """Milliseconds in the application for what a moderator does; medians."""
    with _blog(database) as app:
        write_queue(amount, accounts.add(MODERATOR, PASSWORD, Role.ADMINISTRATOR))
        return measure_pages(app, DATABASES[database])


def measure_pages(app: Flask, clock: Callable[[], float]) -> dict[str, float]:
    """The same for a blog that is there."""
    app.test_client_class = OutsideClient
    visitor = Visitor(app)
    visitor.sign_in(MODERATOR)
    tenth = _tenth_page(visitor)
    waiting = db.session.scalars(select(Comment.id).where(Comment.status == Status.PENDING).limit(1)).one()
    newest = marks()
    median = partial(_median, clock)
    return {
        "queue": median(lambda: visitor.ask(QUEUE)),
        "tenth page": median(lambda: visitor.ask(tenth)),
        "one network": median(lambda: visitor.ask(f"{QUEUE}?network={waiting}")),
        "one check": median(lambda: visitor.ask(f"{QUEUE}?check=links")),
        "approved": median(lambda: visitor.ask(f"{QUEUE}?status=approved")),
        "search, a common word": median(lambda: visitor.ask(f"{QUEUE}?q={COMMON}")),
        "a rare one": median(lambda: visitor.ask(f"{QUEUE}?q={RARE}")),
        "decision": median(_decision(visitor), before=lambda: visitor.visit(QUEUE)),
        "what is new": median(lambda: changes_since(QueueFilter(), newest.decision, newest.comment)),
        "statistics": median(lambda: visitor.ask(f"{QUEUE}statistics")),
        "log": median(lambda: visitor.ask(f"{QUEUE}log")),
    }


@contextmanager
def _blog(database: str) -> Iterator[Flask]:
    """An empty blog, with its rows in a database of this kind."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster.start() if database == "PostgreSQL" else None
        address = cluster.create("bench") if cluster else None
        try:
            settings = Settings(instance=Path(folder), page_cache_mb=0, url="http://localhost", database_url=address)
            with opened(settings) as app:
                upgrade()
                yield app
        finally:
            if cluster:
                cluster.stop()


def _tenth_page(visitor: Visitor) -> str:
    """Where nine clicks on “More comments” lead."""
    address = QUEUE
    for _ in range(9):
        link = re.search(r'class="pager__older" rel="next" href="([^"]+)"', visitor.visit(address).text)
        assert link is not None
        address = html.unescape(link[1])
    return address


def _decision(visitor: Visitor) -> Callable[[], object]:
    """Approve the first comment of the page, as its script does."""

    def decide() -> None:
        form = visitor.form("Approve")
        fields = form.fields | form.buttons["Approve"]
        answer = visitor.ask(form.action, "POST", data=fields, headers={"X-Fragment": "card"})
        assert answer.status_code == 200, answer.text

    return decide


def _median(
    clock: Callable[[], float], ask: Callable[[], object], before: Callable[[], object] = lambda: None
) -> float:
    """The first time does not count: templates are compiled and caches filled."""
    times = []
    for _ in range(REPEATS + 1):
        before()
        began = clock()
        ask()
        times.append((clock() - began) * 1000)
    return statistics.median(times[1:])
