"""What every template can show of the site: its name, its language, its times."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_skeleton
from flask import Flask, request, url_for
from flask_babel import format_date, format_decimal, format_time, get_locale, get_timezone, gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from blog.config import Settings, settings


@dataclass(frozen=True)
class Site:
    """The site as its templates see it."""

    title: str
    tagline: str
    language: str
    direction: str
    """``ltr`` or ``rtl``."""

    @classmethod
    def of(cls, settings: Settings) -> "Site":
        """The site that ``settings`` describe."""
        locale = Locale.parse(settings.language)
        return cls(
            title=settings.title,
            tagline=settings.tagline,
            language=settings.language.replace("_", "-"),
            direction=locale.text_direction,
        )


def init_app(app: Flask, settings: Settings) -> None:
    """Give templates ``site``, and functions for addresses and times."""
    app.jinja_env.globals |= {
        "site": Site.of(settings),
        "absolute": absolute,
        "absolute_url": absolute_url,
        "day": day,
        "moment": moment,
        "month": month,
        "number": number,
    }


def absolute_url(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as url_for() takes them
    """The full address of a page, under the site's public address where one is set."""
    return absolute(url_for(endpoint, **values))


def absolute(path: str) -> str:
    """The full address of a path on this site."""
    return (settings.url or f"{request.scheme}://{request.host}") + path


def day(time: datetime, class_: str = "") -> Markup:
    """A ``<time>`` of a class, which shows the day of ``time`` in the site's zone and language."""
    return _day(time, class_, settings.language, settings.timezone)


def month(time: datetime) -> str:
    """The month of ``time`` and its year, in the site's language."""
    return format_skeleton("yMMMM", time, tzinfo=get_timezone(), locale=get_locale())


def number(value: int) -> LazyString:
    """``value`` as the site's language writes it when it is shown: ``5,000`` in English, ``5.000`` in German."""
    return LazyString(format_decimal, value)


def moment(time: datetime, class_: str = "") -> Markup:
    """A ``<time>`` of a class, which shows day, hour and minute of ``time`` in the site's zone and language."""
    return _moment(time, class_, settings.language, settings.timezone)


# Written out once for each language and zone: a page full of comments shows many times, and Babel takes its time.
@lru_cache(maxsize=4096)
def _day(time: datetime, class_: str, _language: str, _zone: str) -> Markup:
    return _element(time, format_date(time, "long"), class_)


@lru_cache(maxsize=4096)
def _moment(time: datetime, class_: str, _language: str, _zone: str) -> Markup:
    shown = gettext("%(day)s, %(time)s", day=format_date(time, "medium"), time=format_time(time, "short"))
    return _element(time, shown, class_)


def _element(time: datetime, shown: str, class_: str) -> Markup:
    named = Markup(' class="{}"').format(class_) if class_ else ""
    return Markup('<time{} datetime="{}">{}</time>').format(named, time.isoformat(timespec="seconds"), shown)
