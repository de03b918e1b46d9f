"""How much longer pages take when a blog has a thousand times as much: made rows, the same questions."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice, product
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from flask_migrate import upgrade
from sqlalchemy import insert

from blog.comments.models import Comment, Status
from blog.config import Settings
from blog.content.index import Entry, write_entries
from blog.content.models import Article, ArticleAuthor, ArticleTag, Author, Tag
from blog.extensions import db
from blog.moderation.queue import queue_page
from tests.serving import opened

REPEATS = 30
TAGS = 200
TAGS_EACH = 3
SHOWN_COMMENTS = 10
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
BATCH = 2_000

LETTERS = "bdfgklmnprst"
VOWELS = "aeiou"
WORDS = [f"{a}{b}{c}{d}" for a, b, c, d in product(LETTERS, VOWELS, LETTERS, VOWELS)]
"""Made words; the one in place n is n times rarer than the first, as in any language (Zipf's law)."""
COMMONNESS = list(accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))
PARAGRAPHS, WORDS_EACH, PARAGRAPHS_EACH = 2_000, 65, 4

T = TypeVar("T")
Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How much a blog holds."""

    articles: int
    comments: int


def measure(size: Size) -> dict[str, float]:
    """Milliseconds in the application for pages that are not kept, at ``size``; medians."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(instance=Path(folder), page_cache_mb=0, url="http://localhost")
        with opened(settings) as app:
            upgrade()
            _fill(size)
            client = app.test_client()
            asked: dict[str, Callable[[], object]] = {
                "article": lambda: client.get(f"/articles/piece-{size.articles // 2}"),
                "index": lambda: client.get("/"),
                "tag": lambda: client.get("/tags/tag-7"),
                "search": lambda: client.get("/search?q=water+leaves"),
                "queue": _first_of_queue,
            }
            return {name: _median(ask) for name, ask in asked.items()}


def _first_of_queue() -> None:
    db.session.rollback()
    queue_page(Status.PENDING)


def _median(ask: Callable[[], object]) -> float:
    ask()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _fill(size: Size) -> None:
    session = db.session()
    chance = Random(5)  # noqa: S311 - the same text every time
    paragraphs = [" ".join(chance.choices(WORDS, cum_weights=COMMONNESS, k=WORDS_EACH)) for _ in range(PARAGRAPHS)]
    session.execute(insert(Tag), [{"id": n, "slug": f"tag-{n}", "name": f"Tag {n}"} for n in range(1, TAGS + 1)])
    session.execute(insert(Author), [{"id": 1, "slug": "ada", "name": "Ada"}])
    for numbers in _batches(range(1, size.articles + 1)):
        bodies = [chance.choices(paragraphs, k=PARAGRAPHS_EACH) for _ in numbers]
        session.execute(insert(Article), [_article(*article) for article in zip(numbers, bodies, strict=True)])
        entries = {number: _entry(number, body) for number, body in zip(numbers, bodies, strict=True)}
        write_entries(session.connection(), entries)
        session.execute(insert(ArticleTag), [link for number in numbers for link in _tags(number)])
        session.execute(insert(ArticleAuthor), [_by(number) | {"author_id": 1, "position": 0} for number in numbers])
        session.commit()
    for numbers in _batches(range(1, size.comments + 1)):
        session.execute(insert(Comment), [_comment(number, size) for number in numbers])
        session.commit()


def _article(number: int, body: list[str]) -> Row:
    html = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    tags = [[f"tag-{link['tag_id']}", f"Tag {link['tag_id']}"] for link in _tags(number)]
    return {
        "id": number, "source": "bench", "source_id": str(number), "revision": "1", "slug": f"piece-{number}",
        "title": _title(number), "body_html": f"<h2 id='water'>Water</h2>{html}", "excerpt": body[0][:200],
        "image_alt": "", "published_at": _time(number), "updated_at": _time(number),
        "seo_title": "", "seo_description": "", "word_count": 260,
        "labels": {"tags": tags, "authors": [["ada", "Ada"]]},
    }  # fmt: skip


def _title(number: int) -> str:
    return f"Piece {number} on {WORDS[number % len(WORDS)]}"


def _entry(number: int, body: list[str]) -> Entry:
    tags = " ".join(f"tag {link['tag_id']}" for link in _tags(number))
    return Entry(_title(number).casefold(), tags, body[0][:200], " ".join(body))


def _tags(number: int) -> list[Row]:
    """Three tags an article, spread over all of them."""
    ids = {(number * step) % TAGS + 1 for step in (1, 7, 31)}
    return [_by(number) | {"tag_id": id_, "position": place} for place, id_ in enumerate(sorted(ids))]


def _by(number: int) -> Row:
    return {"article_id": number, "published_at": _time(number)}


def _comment(number: int, size: Size) -> Row:
    """Ten approved comments under the article that is asked for; all others wait in the queue, spread over the blog."""
    is_shown = number <= SHOWN_COMMENTS
    return {
        "article_id": size.articles // 2 if is_shown else number % size.articles + 1,
        "status": Status.APPROVED if is_shown else Status.PENDING, "name": "Bea", "email": "bea@example.org",
        "website": "", "body": "Thank you.", "body_html": "<p>Thank you.</p>", "cleaner_version": 1,
        "submitted_at": _time(number), "network": "203.0.113.0/24", "user_agent": "", "fingerprint": f"{number:064}",
        "receipt_token": f"{number:043}",
    }  # fmt: skip


def _time(number: int) -> datetime:
    return BEGIN + timedelta(minutes=number)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
