"""Sample data for a large blog: any number of articles and comments, the same at each run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, islice, product
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from sqlalchemy import insert, update

from blog.comments.models import Comment, Status
from blog.content.models import Article, ArticleAuthor, ArticleTag, Author, Tag
from blog.content.search_index import IndexedText, write_index
from blog.extensions import db

TAGS = 200
SHOWN_COMMENTS = 10
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
BATCH = 2_000
FILES_IN_A_FOLDER = 1_000

LETTERS = "bdfgklmnprst"
VOWELS = "aeiou"
WORDS = [f"{a}{b}{c}{d}" for a, b, c, d in product(LETTERS, VOWELS, LETTERS, VOWELS)]
"""Invented words; word number n is n times rarer than the first, as in any language (Zipf's law)."""
COMMONNESS = list(accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))
PARAGRAPHS, WORDS_EACH, PARAGRAPHS_EACH = 2_000, 65, 4

T = TypeVar("T")
Row = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How much a blog holds."""

    articles: int
    comments: int


def write_files(folder: Path, count: int) -> None:
    """Write ``count`` Markdown files below ``folder``."""
    for numbers in _batches(range(1, count + 1)):
        for number, body in zip(numbers, _bodies(numbers), strict=True):
            place = folder / f"{number // FILES_IN_A_FOLDER}"
            place.mkdir(parents=True, exist_ok=True)
            tags = ", ".join(f"Tag {link['tag_id']}" for link in _tags(number))
            matter = f"title: {_title(number)}\npublished_at: {_time(number).isoformat()}\ntags: [{tags}]"
            text = "\n\n".join(body)
            (place / f"piece-{number}.md").write_text(f"---\n{matter}\n---\n## Water\n\n{text}\n", encoding="utf-8")


def write_rows(size: Size) -> None:
    """Fill the empty database of the current application."""
    session = db.session()
    session.execute(insert(Tag), [{"id": n, "slug": f"tag-{n}", "name": f"Tag {n}"} for n in range(1, TAGS + 1)])
    session.execute(insert(Author), [{"id": 1, "slug": "ada", "name": "Ada"}])
    for numbers in _batches(range(1, size.articles + 1)):
        bodies = _bodies(numbers)
        session.execute(insert(Article), [_article(*article) for article in zip(numbers, bodies, strict=True)])
        entries = {number: _entry(number, body) for number, body in zip(numbers, bodies, strict=True)}
        write_index(session.connection(), entries)
        session.execute(insert(ArticleTag), [link for number in numbers for link in _tags(number)])
        session.execute(insert(ArticleAuthor), [_by(number) | {"author_id": 1, "position": 0} for number in numbers])
        session.commit()
    for numbers in _batches(range(1, size.comments + 1)):
        session.execute(insert(Comment), [_comment(number, size) for number in numbers])
        session.commit()
    asked = update(Article).where(Article.id == size.articles // 2)
    session.execute(asked.values(comment_count=SHOWN_COMMENTS))
    session.commit()


def _bodies(numbers: list[int]) -> list[list[str]]:
    chance = Random(numbers[0])  # noqa: S311 - the same text every time
    return [chance.choices(_paragraphs(), k=PARAGRAPHS_EACH) for _ in numbers]


@cache
def _paragraphs() -> list[str]:
    chance = Random(5)  # noqa: S311 - the same text every time
    return [" ".join(chance.choices(WORDS, cum_weights=COMMONNESS, k=WORDS_EACH)) for _ in range(PARAGRAPHS)]


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


def _entry(number: int, body: list[str]) -> IndexedText:
    tags = " ".join(f"tag {link['tag_id']}" for link in _tags(number))
    return IndexedText(_title(number).casefold(), tags, body[0][:200], " ".join(body))


def _tags(number: int) -> list[Row]:
    """Three tags per article, spread over all articles."""
    ids = {(number * step) % TAGS + 1 for step in (1, 7, 31)}
    return [_by(number) | {"tag_id": id_, "position": place} for place, id_ in enumerate(sorted(ids))]


def _by(number: int) -> Row:
    return {"article_id": number, "published_at": _time(number)}


def _comment(number: int, size: Size) -> Row:
    """Ten approved comments under the requested article; all others wait in the queue, spread over the blog."""
    is_shown = number <= SHOWN_COMMENTS
    return {
        "article_id": size.articles // 2 if is_shown else number % size.articles + 1,
        "status": Status.APPROVED if is_shown else Status.PENDING, "name": "Bea", "email": "bea@example.org",
        "website": "", "body": "Thank you.", "body_html": "<p>Thank you.</p>", "cleaner_version": 1,
        "submitted_at": _time(number), "network": "203.0.113.0/24", "user_agent": "", "fingerprint": f"{number:064}",
        "receipt_token_hash": f"{number:064}",
    }  # fmt: skip


def _time(number: int) -> datetime:
    return BEGIN + timedelta(minutes=number)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
