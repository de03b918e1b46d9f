"""Geometry of the charts on the statistics page; the template draws them as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from blog.comments.models import Status
from blog.moderation.statistics import COUNTED_STATUSES, Day

HEIGHT = 100
BAR = 8
GAP = 2


@dataclass(frozen=True)
class Segment:
    """The part of a bar that stands for one status."""

    status: Status
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One day."""

    day: Day
    x: int
    segments: list[Segment]


@dataclass(frozen=True)
class BarChart:
    """Stacked bars, in units of the SVG's ``viewBox``; ``highest`` is the number that the full height stands for."""

    bars: list[Bar]
    highest: int
    width: int
    height: int = HEIGHT
    bar_width: int = BAR


def bar_chart(days: Sequence[Day]) -> BarChart:
    """The comments of each day as a bar, stacked by status."""
    highest = max((day.total for day in days), default=0)
    bars = [Bar(day, place * (BAR + GAP), _segments(day, highest)) for place, day in enumerate(days)]
    return BarChart(bars, highest, width=len(days) * (BAR + GAP) - GAP)


def _segments(day: Day, highest: int) -> list[Segment]:
    segments, top = [], float(HEIGHT)
    for status in COUNTED_STATUSES:
        if day.counts[status]:
            height = round(day.counts[status] / highest * HEIGHT, 2)
            top = round(top - height, 2)
            segments.append(Segment(status, top, height))
    return segments
