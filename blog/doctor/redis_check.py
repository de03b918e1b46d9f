"""Checks the Redis server in which rate limits are counted."""

from collections.abc import Iterator

from blog.blocking_calls import within
from blog.config import settings
from blog.doctor.findings import Finding, failed, good

REDIS_SECONDS = 3
"""The time limit for Redis, and for the lookup of its name."""


def check_redis() -> Iterator[Finding]:
    """Check that the Redis server for rate limits answers."""
    if settings.redis_url is None:
        return
    # Imported here, because it takes a twentieth of the start of every command, and only this check needs it.
    import redis  # noqa: PLC0415

    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=REDIS_SECONDS) as connection:
            within(REDIS_SECONDS, connection.ping)
    except (redis.RedisError, TimeoutError) as error:
        what = f"it cannot be used ({error}); start it, or correct BLOG_REDIS_URL"
        yield failed("redis", f"{what}; until then each process counts rate limits alone")
    else:
        yield good("redis", "it answers")
