"""Bodies are limited in size, in time, and in total."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from blog.server.bodies import BodyCut, BodyReader, BodyTimeout, TooManyBodies


async def chunks(*parts: bytes, pause: float = 0.0) -> AsyncIterator[bytes]:
    for part in parts:
        await asyncio.sleep(pause)
        yield part


def test_a_body_is_read_whole() -> None:
    assert asyncio.run(BodyReader(100).read(chunks(b"a" * 50, b"b" * 50))) == b"a" * 50 + b"b" * 50


def test_a_body_that_is_too_long_is_refused_without_reading_it_all() -> None:
    assert asyncio.run(BodyReader(100).read(chunks(b"a" * 80, b"b" * 80, b"c" * 80))) == b"a" * 80 + b"b" * 21


def test_a_body_that_ends_too_early_is_refused() -> None:
    with pytest.raises(BodyCut):
        asyncio.run(BodyReader(100).read(chunks(b"a" * 50), 60))


def test_a_longer_body_than_allowed_is_not_taken_for_a_cut_one() -> None:
    assert len(asyncio.run(BodyReader(100).read(chunks(b"a" * 80, b"b" * 80), 160))) == 101


def test_the_deadline_is_for_the_whole_body() -> None:
    with pytest.raises(BodyTimeout):
        asyncio.run(BodyReader(100, seconds=0.05).read(chunks(*[b"a"] * 50, pause=0.01)))


def test_the_memory_for_all_bodies_is_limited_and_released() -> None:
    async def scenario() -> None:
        reader = BodyReader(100, max_held_bytes=150)
        slow = asyncio.create_task(reader.read(chunks(b"a" * 50, b"a" * 50, pause=0.02)))
        await asyncio.sleep(0.03)
        with pytest.raises(TooManyBodies):
            await reader.read(chunks(b"b" * 100, b"b" * 100))
        assert await slow == b"a" * 100
        assert await reader.read(chunks(b"c" * 100)) == b"c" * 100

    asyncio.run(scenario())
