"""Measures how much slower pages are in a blog with a thousand times as many rows."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask_migrate import upgrade

from blog.config import Settings
from blog.extensions import db
from blog.moderation.queue import load_page
from blog.moderation.queue_filter import QueueFilter
from tests.bench.sample_data import WORDS, Size, write_rows
from tests.support.applications import opened

REPEATS = 30
COMMON, RARE = WORDS[2], WORDS[1_000]


def measure(size: Size) -> dict[str, float]:
    """Milliseconds in the application for uncached pages, with ``size``; medians."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder), page_cache_mb=0, url="http://localhost")
        with opened(settings) as app:
            upgrade()
            write_rows(size)
            client = app.test_client()
            asked: dict[str, Callable[[], object]] = {
                "article": lambda: client.get(f"/articles/piece-{size.articles // 2}"),
                "index": lambda: client.get("/"),
                "tag": lambda: client.get("/tags/tag-7"),
                "search, a rare word": lambda: client.get(f"/search?q={RARE}"),
                "a common one": lambda: client.get(f"/search?q={COMMON}"),
                "a beginning": lambda: client.get(f"/search?q={COMMON[:2]}"),
                "queue": lambda: _queue(None),
                "queue, its middle": lambda: _queue(size.comments // 2),
            }
            return {name: _median(ask) for name, ask in asked.items()}


def _queue(after: int | None) -> None:
    db.session.rollback()
    load_page(QueueFilter(), after)


def _median(ask: Callable[[], object]) -> float:
    ask()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
