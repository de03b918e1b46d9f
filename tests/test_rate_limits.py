"""Rate limits: windows, many networks, and a Redis that fails."""

import logging
import time

import pytest
from limits import RateLimitItem, parse_many

from blog import rate_limits
from blog.rate_limits import RETRY_SECONDS, ProcessCounter, RateLimits


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


@pytest.fixture
def twice_a_minute() -> list[RateLimitItem]:
    return parse_many("2 per minute")


def test_a_window_begins_with_the_first_count(clock: Clock, twice_a_minute: list[RateLimitItem]) -> None:
    limits = RateLimits(None)
    assert [limits.count(twice_a_minute, "send", "ada") for _ in range(3)] == [True, True, False]
    assert limits.count(twice_a_minute, "send", "bea")
    assert limits.count(twice_a_minute, "preview", "ada")
    clock.now += 59
    assert not limits.count(twice_a_minute, "send", "ada")
    clock.now += 1
    assert limits.count(twice_a_minute, "send", "ada")


def test_counters_whose_window_is_over_are_dropped(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "SWEEP_AT", 10)
    counter = ProcessCounter()
    counter.incr("stays", 3_600)
    for number in range(1_000):
        clock.now += 1
        counter.incr(f"key {number}", 5)
    assert len(counter._counts) <= 20
    assert counter.incr("stays", 3_600) == 2


class FlakyRedis:
    """A fake of the storage in Redis."""

    def __init__(self) -> None:
        self.is_away = True
        self.asked = 0

    def incr(self, _key: str, _seconds: int) -> int:
        self.asked += 1
        if self.is_away:
            raise ConnectionError("Connection refused")
        return 1


def test_a_redis_that_fails_is_not_used_for_a_while(
    clock: Clock, twice_a_minute: list[RateLimitItem], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis = FlakyRedis()
    monkeypatch.setattr(rate_limits, "storage_from_string", lambda *_, **__: redis)
    limits = RateLimits("redis://localhost:6379/0")
    with caplog.at_level(logging.WARNING):
        assert [limits.count(twice_a_minute, "send", "ada") for _ in range(3)] == [True, True, False]
    assert redis.asked == 1
    assert [record.message for record in caplog.records] == [
        "Redis cannot be used (Connection refused); each process counts alone until Redis works again."
    ]
    redis.is_away = False
    clock.now += RETRY_SECONDS
    assert limits.count(twice_a_minute, "send", "ada")
    assert redis.asked == 2


def test_a_redis_whose_name_cannot_be_looked_up_costs_a_moment(
    dead_dns: None,
    twice_a_minute: list[RateLimitItem],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limits, "REDIS_SECONDS", 0.2)
    limits = RateLimits("redis://redis.example/0")
    began = time.monotonic()
    assert [limits.count(twice_a_minute, "send", "ada") for _ in range(3)] == [True, True, False]
    assert time.monotonic() - began < 5
    assert [record.message for record in caplog.records] == [
        "Redis cannot be used (no answer within 0.2 s); each process counts alone until Redis works again."
    ]
