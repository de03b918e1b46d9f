"""The page with the figures of :mod:`blog.moderation.statistics`."""

from datetime import date, timedelta

from babel.dates import format_skeleton, format_timedelta
from flask_babel import format_percent, get_locale, lazy_gettext

from blog.moderation import statistics
from blog.moderation.blueprint import blueprint, render
from blog.moderation.charts import bar_chart

SIGNAL_TITLES = {
    "honeypot": lazy_gettext("Hidden field"),
    "rule": lazy_gettext("Rules"),
    "imitation": lazy_gettext("Name like a moderator’s or the author’s"),
    "same_text": lazy_gettext("Same text"),
    "near_text": lazy_gettext("Similar text"),
    "links": lazy_gettext("Links"),
    "refused_before": lazy_gettext("Refused before"),
    "address_rate": lazy_gettext("Many from one address"),
    "network_rate": lazy_gettext("Many from one network"),
    "shouting": lazy_gettext("Shouting"),
    "repetition": lazy_gettext("Repetition"),
    "first_comment": lazy_gettext("First comment"),
    "old_article": lazy_gettext("Old article"),
    "failed": lazy_gettext("A check failed"),
    "learned": lazy_gettext("Learned score"),
    "akismet": lazy_gettext("Akismet"),
    "no_proof": lazy_gettext("No proof of work"),
}
"""What the page calls each check; a check that is missing here is called by its own name."""


@blueprint.get("/statistics", endpoint="statistics")
def show_statistics() -> str:
    """How comments come in and how long they wait, and how right each check is."""
    figures = statistics.statistics()
    return render("statistics", figures=figures, chart=bar_chart(figures.days), titles=SIGNAL_TITLES)


@blueprint.app_template_filter("duration")
def duration(time: timedelta) -> str:
    """``time`` in one unit, such as “3 hours”."""
    return format_timedelta(time, granularity="minute", threshold=1.5, locale=get_locale())


@blueprint.app_template_filter("percent")
def percent(share: float) -> str:
    """A share from 0 to 1 as whole percent, such as “12%”."""
    return format_percent(share)


@blueprint.app_template_filter("plain_day")
def plain_day(day: date) -> str:
    """A day without its year, such as “Mar 1”."""
    return format_skeleton("MMMd", day, locale=get_locale())
