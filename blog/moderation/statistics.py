"""Statistics for moderators: how long comments wait, how many arrive, and how accurate each check is."""

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Select, String, case, column, func, select, values
from sqlalchemy.orm import aliased

from blog.comments.models import AuthorRole, Comment, CommentSignal, Status
from blog.comments.signals.evaluation import Measure, measure
from blog.config import settings
from blog.database import UTCDateTime, utc_now
from blog.extensions import db
from blog.moderation.models import Decision

DAYS = 30
DECISIONS = 500
"""Waiting times and checks are measured on this many of the newest decisions."""
COUNTED_STATUSES = (Status.APPROVED, Status.PENDING, Status.REJECTED, Status.SPAM)
"""The statuses that are counted for each day."""
WRONG = (Status.REJECTED, Status.SPAM)


@dataclass(frozen=True)
class Day:
    """The comments of one day in the site's time zone, by their current status."""

    date: date
    counts: dict[Status, int]

    @property
    def total(self) -> int:
        """The number of all comments of the day."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Waiting:
    """How long readers' comments waited for their first decision. Moderators' replies do not wait."""

    median: timedelta
    ninetieth: timedelta
    """Nine of ten comments waited no longer."""
    decisions: int


@dataclass(frozen=True)
class SignalPrecision:
    """How often moderators agreed with a check: of ``found`` comments with its finding, they refused ``refused``."""

    name: str
    found: int
    refused: int

    @property
    def precision(self) -> float:
        """The share that was refused, from 0 to 1."""
        return self.refused / self.found


@dataclass(frozen=True)
class Statistics:
    """All figures of the page."""

    days: list[Day]
    waiting: Waiting | None
    """``None`` while nothing has been decided."""
    signals: list[SignalPrecision]
    learned: Measure
    decisions: int = DECISIONS

    @property
    def total(self) -> int:
        """The number of comments in these days."""
        return sum(day.total for day in self.days)

    @property
    def spam_share(self) -> float | None:
        """The share of spam among them, from 0 to 1; ``None`` when there are none."""
        return sum(day.counts[Status.SPAM] for day in self.days) / self.total if self.total else None


def statistics() -> Statistics:
    """The figures as they are now, in four statements."""
    return Statistics(days=_days(), waiting=_waiting(), signals=_signals(), learned=measure(DECISIONS))


def _days() -> list[Day]:
    zone = ZoneInfo(settings.timezone)
    today = utc_now().astimezone(zone).date()
    dates = [today - timedelta(days=age) for age in reversed(range(DAYS))]
    # Midnights in the site's time zone: days on which the clocks change have 23 or 25 hours.
    begins = [datetime.combine(day, time(), zone) for day in [*dates, today + timedelta(days=1)]]
    counts: dict[date, dict[Status, int]] = {day: {} for day in dates}
    for place, status, count in db.session.execute(_counts_by_day(list(pairwise(begins)))):
        counts[dates[place]][Status(status)] = count
    return [Day(day, found) for day, found in counts.items()]


def _counts_by_day(days: list[tuple[datetime, datetime]]) -> Select[int, str, int]:
    """One row per day (by its position) and status; each count reads only its own part of the queue's index."""
    columns = (column("place", Integer), column("status", String), column("begins", UTCDateTime))
    rows = values(*columns, column("ends", UTCDateTime), name="day")
    # A common table expression, because SQLite cannot name the columns of VALUES in FROM.
    cell = rows.data(
        [(place, status, begin, end) for place, (begin, end) in enumerate(days) for status in COUNTED_STATUSES]
    ).cte("day")
    count = (
        select(func.count())
        .select_from(Comment)
        .where(
            Comment.status == cell.c.status,
            Comment.submitted_at >= cell.c.begins,
            Comment.submitted_at < cell.c.ends,
        )
        .correlate(cell)
        .scalar_subquery()
    )
    return select(cell.c.place, cell.c.status, count)


def _waiting() -> Waiting | None:
    earlier = aliased(Decision)
    is_first = ~select(earlier.id).where(earlier.comment_id == Decision.comment_id, earlier.id < Decision.id).exists()
    newest = select(Decision.id).order_by(Decision.id.desc()).limit(DECISIONS)
    query = (
        select(Comment.submitted_at, Decision.decided_at)
        .join(Comment, Comment.id == Decision.comment_id)
        .where(Decision.id.in_(newest), is_first, Comment.author_role == AuthorRole.READER)
    )
    times = sorted(decided - submitted for submitted, decided in db.session.execute(query))
    if not times:
        return None
    return Waiting(_percentile(times, 0.5), _percentile(times, 0.9), len(times))


def _percentile(times: list[timedelta], share: float) -> timedelta:
    """The smallest of the sorted ``times`` that at least ``share`` of them do not exceed."""
    return times[math.ceil(len(times) * share) - 1]


def _signals() -> list[SignalPrecision]:
    query = (
        select(CommentSignal.name, func.count(), func.count(case((Comment.status.in_(WRONG), 1))))
        .join(Comment, Comment.id == CommentSignal.comment_id)
        .where(
            Comment.id.in_(select(Decision.comment_id).order_by(Decision.id.desc()).limit(DECISIONS)),
            # Where the only decision was undone, no moderator has judged the comment.
            Comment.decided_at.is_not(None),
        )
        .group_by(CommentSignal.name)
    )
    found = (SignalPrecision(name, found, refused) for name, found, refused in db.session.execute(query))
    return sorted(found, key=lambda signal: (-signal.found, signal.name))
