"""Reads dates in HTTP headers (RFC 9110, section 5.6.7), however wrong they are."""

from datetime import datetime

from werkzeug.http import parse_date


def parse_http_date(value: str | None) -> datetime | None:
    """Return the date in a header, in UTC if it names no time zone; ``None`` if it is missing or not a date."""
    try:
        return parse_date(value)
    except OverflowError:  # Werkzeug does not expect a number that is too large for a date, which anybody can send.
        return None
