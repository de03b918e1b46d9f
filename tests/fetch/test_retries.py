"""The pause before another attempt."""

from datetime import UTC, datetime

import pytest

from blog.fetch.retries import pause_before, retry_after

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "Sun, 01 Mar 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 9)}, 9),
        ({"ratelimit-reset": "12"}, 12),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Sun, 01 Mar 99999999999999999999 12:00:30 GMT"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_the_requested_pause_is_read_from_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def test_the_pause_grows_and_is_bounded() -> None:
    for attempt, bound in ((2, 1), (3, 2), (4, 4), (30, 10)):
        pauses = [pause_before(attempt, 1, 10) for _ in range(50)]
        assert bound / 4 <= min(pauses) <= max(pauses) <= bound
        assert len(set(pauses)) > 1
