"""The findings of ``blog doctor`` about Redis."""

from dataclasses import replace

import pytest

from blog.config import Settings
from blog.doctor import redis_check
from blog.doctor.redis_check import check_redis
from tests.support.applications import opened


@pytest.mark.only_on("sqlite", reason="Redis has nothing to do with the database")
def test_a_redis_whose_name_cannot_be_looked_up_is_given_up(
    settings: Settings, dead_dns: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_check, "REDIS_SECONDS", 0.2)
    with opened(replace(settings, redis_url="redis://redis.example/0")):
        (finding,) = check_redis()
    assert str(finding).startswith("failed   redis: it cannot be used (no answer within 0.2 s); start it, or correct")
