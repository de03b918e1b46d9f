"""What every template can use: the site's title and language, absolute addresses, and formatted dates and numbers."""

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
    """The site's title, tagline and language, for templates."""

    title: str
    tagline: str
    language: str
    direction: str
    """``ltr`` or ``rtl``."""

    @classmethod
    def of(cls, settings: Settings) -> "Site":
        """Create the site from ``settings``."""
        locale = Locale.parse(settings.language)
        return cls(
            title=settings.title,
            tagline=settings.tagline,
            language=settings.language.replace("_", "-"),
            direction=locale.text_direction,
        )


def init_app(app: Flask, settings: Settings) -> None:
    """Add ``site`` and the functions for addresses, dates and numbers to the template globals."""
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
    """Return the absolute address of an endpoint; its start is ``BLOG_URL`` if set, otherwise the request's host."""
    return absolute(url_for(endpoint, **values))


def absolute(path: str) -> str:
    """Return the absolute address of a path; its start is ``BLOG_URL`` if set, otherwise the request's host."""
    return (settings.url or f"{request.scheme}://{request.host}") + path


def day(time: datetime, class_: str = "") -> Markup:
    """Return a ``<time>`` element with the date of ``time`` in the site's time zone and language."""
    return _day(time, class_, settings.language, settings.timezone)


def month(time: datetime) -> str:
    """Return the month and year of ``time`` in the site's time zone and language."""
    return format_skeleton("yMMMM", time, tzinfo=get_timezone(), locale=get_locale())


def number(value: int) -> LazyString:
    """Return ``value`` formatted for the site's language when it is shown: English ``5,000``, German ``5.000``."""
    return LazyString(lambda: _number(value, settings.language))


def moment(time: datetime, class_: str = "") -> Markup:
    """Return a ``<time>`` element with the date, hour and minute of ``time`` in the site's time zone and language."""
    return _moment(time, class_, settings.language, settings.timezone)


def date_and_time(time: datetime) -> str:
    """Return the date, hour and minute of ``time`` in the site's time zone and language."""
    return _date_and_time(time, settings.language, settings.timezone)


# Cached, because a page shows many times and numbers, and formatting with Babel is slow. The language and the
# zone are parameters only to be part of the cache key: Flask-Babel's functions get both from the application.
@lru_cache(maxsize=4096)
def _day(time: datetime, class_: str, _language: str, _zone: str) -> Markup:
    return _element(time, format_date(time, "long"), class_)


# An index that is not in the page cache takes 7 % longer without this.
@lru_cache(maxsize=4096)
def _number(value: int, _language: str) -> str:
    return str(format_decimal(value))


@lru_cache(maxsize=4096)
def _moment(time: datetime, class_: str, language: str, zone: str) -> Markup:
    return _element(time, _date_and_time(time, language, zone), class_)


@lru_cache(maxsize=4096)
def _date_and_time(time: datetime, _language: str, _zone: str) -> str:
    return gettext("%(day)s, %(time)s", day=format_date(time, "medium"), time=format_time(time, "short"))


def _element(time: datetime, shown: str, class_: str) -> Markup:
    named = Markup(' class="{}"').format(class_) if class_ else ""
    return Markup('<time{} datetime="{}">{}</time>').format(named, time.isoformat(timespec="seconds"), shown)
