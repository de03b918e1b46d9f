"""The page with the figures of :mod:`blog.moderation.statistics`."""

from datetime import date, timedelta

from babel.dates import format_skeleton, format_timedelta
from flask_babel import format_percent, get_locale

from blog.comments.signals.classifier import SUSPICIOUS
from blog.config import settings
from blog.moderation import statistics
from blog.moderation.blueprint import blueprint, render
from blog.moderation.charts import bar_chart
from blog.moderation.signal_titles import SIGNAL_TITLES

blueprint.add_app_template_filter(format_percent, "percent")


@blueprint.get("/statistics", endpoint="statistics")
def show_statistics() -> str:
    """The statistics page: how many comments arrive, how long they wait, and how accurate each check is."""
    figures = statistics.statistics()
    return render(
        "statistics",
        figures=figures,
        chart=bar_chart(figures.days),
        titles=SIGNAL_TITLES,
        mode=settings.learned_score,
        threshold=SUSPICIOUS,
    )


@blueprint.app_template_filter("duration")
def duration(time: timedelta) -> str:
    """``time`` in one unit, such as “3 hours”."""
    return format_timedelta(time, granularity="minute", threshold=1.5, locale=get_locale())


@blueprint.app_template_filter("plain_day")
def plain_day(day: date) -> str:
    """A day without its year, such as “Mar 1”."""
    return format_skeleton("MMMd", day, locale=get_locale())
