"""How long ago something happened, in a few letters, with the exact time on demand."""

from datetime import datetime, timedelta

from babel.dates import format_timedelta
from flask_babel import get_locale
from markupsafe import Markup

from blog.database import utc_now
from blog.theming.site import date_and_time


def age(time: datetime) -> Markup:
    """A ``<time>`` such as “3 min”, with the exact time as its title."""
    passed = max(utc_now() - time, timedelta())
    shown = format_timedelta(passed, granularity="minute", format="short", locale=get_locale())
    element = Markup('<time datetime="{}" title="{}">{}</time>')
    return element.format(time.isoformat(timespec="seconds"), date_and_time(time), shown)
