"""How long to wait before a retry."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime

from blog.http_dates import parse_http_date


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return how many seconds a server asks to wait before the next request, or ``None`` if it does not ask.

    Servers use ``Retry-After`` (RFC 9110, section 10.2.3), in seconds or as a date. Some use ``RateLimit-Reset`` or
    ``X-RateLimit-Reset``, in seconds or as a Unix time.
    """
    now = now or datetime.now(UTC)
    for name in ("retry-after", "ratelimit-reset", "x-ratelimit-reset"):
        seconds = _seconds(headers.get(name, ""), now)
        if seconds is not None:
            return max(0.0, seconds)
    return None


def pause_before(attempt: int, first: float, longest: float) -> float:
    """Return a random pause before the try number ``attempt``, from 2 on. Its upper limit doubles each time.

    The randomness keeps many clients from retrying at the same moment
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    bound = min(longest, first * 2 ** (attempt - 2))
    return random.uniform(bound / 4, bound)  # noqa: S311 - nobody gains by guessing it


def _seconds(value: str, now: datetime) -> float | None:
    try:
        number = float(value)
    except ValueError:
        pass
    else:
        # float() also reads “nan” and “inf”, for which this comparison is false.
        if not 0 <= number < 1e11:
            return None
        # More than 1e9 seconds would be 31 years, so it is a Unix time.
        return number - now.timestamp() if number > 1e9 else number
    moment = parse_http_date(value)
    return None if moment is None else moment.timestamp() - now.timestamp()
