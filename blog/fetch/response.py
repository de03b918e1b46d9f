"""A complete response, and the check of its status."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from blog.fetch import errors
from blog.fetch.errors import ServerFailed
from blog.fetch.retries import retry_after
from blog.http_dates import parse_http_date

MAX_CLOCK_SECONDS = 60
"""A larger difference between the clocks makes signed tokens invalid."""
RETRY_LATER = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class FetchResponse:
    """A complete response with its decompressed body."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever the other server says
        """Return the body decoded as JSON in UTF-8 (RFC 8259, section 8.1).

        :raises Garbled: the body is not valid JSON.
        """
        try:
            # “-sig” skips a byte order mark (RFC 8259, section 8.1). Very many nested brackets raise RecursionError.
            return json.loads(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            kind = self.headers.get("content-type", "no type").partition(";")[0][:60]
            raise errors.Garbled(self.url, f"answered {self.status} without JSON ({kind})") from error


def _clock_difference(answer: FetchResponse) -> str:
    """Return a remark on how far this machine's clock is from the server's; empty if they agree."""
    date = parse_http_date(answer.headers.get("date"))
    if date is None:
        return ""
    seconds = round((datetime.now(UTC) - date).total_seconds())
    if abs(seconds) <= MAX_CLOCK_SECONDS:
        return ""
    return (
        f"; this machine’s clock is {abs(seconds)} s {'ahead of' if seconds > 0 else 'behind'} the server’s, so set it"
    )


def checked(answer: FetchResponse) -> FetchResponse:
    """Return ``answer`` if its status says success.

    :raises FetchError: the status says anything else.
    """
    status = answer.status
    if status in RETRY_LATER:
        pause = retry_after(answer.headers)
        asked = f" and asks to wait {pause:.0f} s" if pause is not None else ""
        raise ServerFailed(answer.url, f"answered {status}{asked}", pause)
    if status >= 500:
        raise ServerFailed(answer.url, f"answered {status}")
    if status in {401, 403}:
        raise errors.Unauthorised(answer.url, status, answer.body, _clock_difference(answer))
    if status in {404, 410}:
        raise errors.Gone(answer.url, status, answer.body)
    if not 200 <= status < 300:
        raise errors.Refused(answer.url, status, answer.body)
    return answer
