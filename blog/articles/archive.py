"""The archive: the years that have articles, and the articles of each year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import load_only

from blog.config import settings
from blog.content.models import Article
from blog.extensions import db

PAGE_SIZE = 500
YEARS_AT_ONCE = 100
"""SQLite joins at most 500 queries with ``UNION``, and a single wrong date can make an archive of 2 000 years."""


@dataclass(frozen=True)
class Year:
    """A year in the site's zone, and how many public articles it had."""

    number: int
    count: int


@dataclass(frozen=True)
class Month:
    """The public articles of one month, newest first; ``first_day`` is a time on the first day of that month."""

    first_day: datetime
    articles: list[Article]


@dataclass(frozen=True)
class YearPage:
    """One page of a year's articles; page number 1 has the newest."""

    year: int
    number: int
    months: list[Month]
    has_older: bool


def years() -> list[Year]:
    """Return the years that have public articles, the latest year first."""
    bounds = Article.published().with_only_columns(func.min(Article.published_at), func.max(Article.published_at))
    first, last = cast("tuple[datetime | None, datetime | None]", db.session.execute(bounds).one())
    if first is None or last is None:
        return []
    zone = ZoneInfo(settings.timezone)
    numbers = range(last.astimezone(zone).year, first.astimezone(zone).year - 1, -1)
    parts = (numbers[start : start + YEARS_AT_ONCE] for start in range(0, len(numbers), YEARS_AT_ONCE))
    return [year for part in parts for year in _counted(part)]


def _counted(numbers: Sequence[int]) -> list[Year]:
    """Return those years among ``numbers`` that have public articles, the latest year first."""
    # One count per year, each over a range of publication times: SQLite cannot compute the year in a time zone,
    # so a GROUP BY on the year would not work on both databases.
    counts = union_all(
        *(
            Article.published()
            .where(Article.published_at >= _begin(number), Article.published_at < _begin(number + 1))
            .with_only_columns(literal(number).label("year"), func.count(Article.id).label("count"))
            for number in numbers
        )
    ).subquery()
    rows = db.session.execute(select(counts.c.year, counts.c.count).where(counts.c.count > 0))
    return sorted((Year(*row) for row in rows), key=lambda year: -year.number)


def year_page(year: int, number: int) -> YearPage:
    """Return page ``number`` of the articles of ``year``, grouped by month."""
    zone = ZoneInfo(settings.timezone)
    query = (
        Article.published()
        .where(Article.published_at >= _begin(year), Article.published_at < _begin(year + 1))
        .order_by(Article.published_at.desc(), Article.id.desc())
        .options(load_only(Article.slug, Article.title, Article.lang, Article.published_at))
    )
    # One row more than a page shows: it tells whether there is an older page, without a second query.
    found = list(db.session.scalars(query.offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)))
    by_month = groupby(found[:PAGE_SIZE], lambda article: _first_day(article.published_at.astimezone(zone)))
    months = [Month(first_day, list(articles)) for first_day, articles in by_month]
    return YearPage(year, number, months, len(found) > PAGE_SIZE)


def _begin(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=ZoneInfo(settings.timezone))


def _first_day(time: datetime) -> datetime:
    return time.replace(day=1, hour=12, minute=0, second=0, microsecond=0)
