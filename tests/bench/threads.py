"""Measures an article's page with many comments: generated threads of mixed depth under one article."""

import random
import statistics
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import insert, text

from blog.comments.models import MAX_DEPTH, PATH_DIGITS, Comment, Status
from blog.comments.thread_paths import ancestor_ids
from blog.config import Settings
from blog.database import write_transaction
from blog.extensions import db
from tests.bench.sample_data import Row
from tests.support.applications import opened
from tests.support.factories import make_article

COUNTS = (50, 1_000, 10_000)
REPEATS = 30
BATCH = 1_000
REPLY_SHARE = 0.7
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = "<p>I boil it twice, and nobody has complained. Could you say more about the pot?</p>\n"


def measure(count: int) -> dict[str, float]:
    """Milliseconds in the application for uncached pages with ``count`` comments; medians."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder), page_cache_mb=0, url="http://localhost")
        with opened(settings) as app:
            upgrade()
            rows = _write(count)
            roots = [row["id"] for row in rows if row["root_id"] is None]
            longest = Counter(row["root_id"] for row in rows if row["root_id"]).most_common(1)[0][0]
            client, article = app.test_client(), "/articles/on-tea"
            asked = {
                "article": article,
                "its middle": f"{article}?comments_from={roots[len(roots) // 2]}",
                "newest first": f"{article}?comments=newest",
                "longest thread": f"{article}/comments/{longest}/replies",
                "link to one": f"{article}/comments/{rows[len(rows) // 2]['id']}",
                "feed": f"{article}/comments.xml",
            }
            return {name: _median(client, address) for name, address in asked.items()}


def _write(count: int) -> list[Row]:
    article = make_article("On Tea", comment_count=count)
    rows = _generate(article.id, count)
    with write_transaction(db.session()) as session:
        for start in range(0, len(rows), BATCH):
            session.execute(insert(Comment), rows[start : start + BATCH])
    with write_transaction(db.session()) as session:
        session.execute(text("ANALYZE"))
    return rows


def _generate(article_id: int, count: int) -> list[Row]:
    """Rows of which seven in ten are replies, mostly to recent comments."""
    choose = random.Random(count)  # noqa: S311 - the same threads each time
    rows: list[Row] = []
    for number in range(1, count + 1):
        row = _row(article_id, number)
        if rows and choose.random() < REPLY_SHARE:
            _place(row, choose.choice(rows[-60:]))
        rows.append(row)
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        for id_ in ancestor_ids(row["parent_id"], row["root_id"], row["path"]):
            by_id[id_]["reply_count"] += 1
    return rows


def _row(article_id: int, number: int) -> Row:
    return {
        "id": number, "article_id": article_id, "status": Status.APPROVED, "name": "Bea", "email": "bea@example.org",
        "website": "", "body": "Thank you.", "body_html": WORDS, "cleaner_version": 1,
        "submitted_at": BEGIN + timedelta(minutes=number), "network": "", "user_agent": "",
        "fingerprint": f"{number:064}", "receipt_token_hash": f"{number:064}",
        "parent_id": None, "root_id": None, "depth": 0, "path": "", "reply_count": 0,
    }  # fmt: skip


def _place(row: Row, parent: Row) -> None:
    below = parent["path"] if parent["depth"] < MAX_DEPTH else parent["path"][:-PATH_DIGITS]
    row |= {
        "parent_id": parent["id"],
        "root_id": parent["root_id"] or parent["id"],
        "depth": min(parent["depth"] + 1, MAX_DEPTH),
        "path": f"{below}{row['id']:0{PATH_DIGITS}}",
    }


def _median(client: FlaskClient, address: str) -> float:
    client.get(address)
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
