"""How long to wait before trying again."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds that a server asks to wait before the next request; ``None`` where it does not ask.

    It says so by ``Retry-After`` (RFC 9110, section 10.2.3), in seconds or as a date; some say by ``RateLimit-Reset``
    or ``X-RateLimit-Reset``, in seconds or as a Unix time, when their limit begins anew.
    """
    now = now or datetime.now(UTC)
    for name in ("retry-after", "ratelimit-reset", "x-ratelimit-reset"):
        seconds = _seconds(headers.get(name, ""), now)
        if seconds is not None:
            return max(0.0, seconds)
    return None


def pause_before(attempt: int, first: float, longest: float) -> float:
    """A random pause before the try number ``attempt``, counted from 2, whose bound doubles each time.

    That it is random keeps many clients from coming back in step
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
        if not 0 <= number < 1e11:
            return None
        return number - now.timestamp() if number > 1e9 else number
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now.timestamp()
