"""The number of threads is limited, and so is the queue for them."""

import asyncio
import threading
from functools import partial

import pytest

from blog.server.thread_pool import Busy, ThreadPool


def test_more_requests_than_threads_wait_for_their_turn() -> None:
    async def scenario() -> list[int]:
        pool = ThreadPool("test", 2)
        return await asyncio.gather(*(pool.call(partial(int, number)) for number in range(20)))

    assert asyncio.run(scenario()) == list(range(20))


def test_never_more_than_its_threads_work_at_once() -> None:
    working, most, lock = 0, 0, threading.Lock()
    pause = threading.Event()

    def work() -> None:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        pause.wait(0.01)
        with lock:
            working -= 1

    async def scenario() -> None:
        pool = ThreadPool("test", 3)
        await asyncio.gather(*(pool.call(work) for _ in range(12)))

    asyncio.run(scenario())
    assert most == 3


def test_a_request_that_finds_no_thread_is_refused_in_time() -> None:
    go_on = threading.Event()

    async def scenario() -> None:
        pool = ThreadPool("test", 1, max_waiting=1, wait_seconds=0.05)
        taken = asyncio.create_task(pool.call(lambda: go_on.wait(20)))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(pool.call(lambda: None))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await pool.call(lambda: None)
        with pytest.raises(Busy):
            await waiting
        go_on.set()
        await taken
        assert await pool.call(lambda: "free again") == "free again"

    asyncio.run(scenario())


def test_a_thread_counts_as_taken_until_it_ends_though_its_client_went_away() -> None:
    go_on = threading.Event()

    async def scenario() -> None:
        pool = ThreadPool("test", 1, wait_seconds=0.05)
        taken = asyncio.create_task(pool.call(lambda: go_on.wait(20)))
        await asyncio.sleep(0.01)
        taken.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taken
        with pytest.raises(Busy):
            await pool.call(lambda: None)
        go_on.set()

    asyncio.run(scenario())


def test_an_error_reaches_the_request_and_frees_the_thread() -> None:
    def fail() -> None:
        raise ValueError("no tea")

    async def scenario() -> None:
        pool = ThreadPool("test", 1, wait_seconds=0.05)
        for _ in range(3):
            with pytest.raises(ValueError, match="no tea"):
                await pool.call(fail)
        assert await pool.call(lambda: "free again") == "free again"

    asyncio.run(scenario())


def test_a_thread_is_free_again_when_the_work_for_a_lost_client_ends() -> None:
    go_on = threading.Event()

    async def scenario() -> None:
        pool = ThreadPool("test", 1)
        taken = asyncio.create_task(pool.call(lambda: go_on.wait(20)))
        await asyncio.sleep(0.01)
        taken.cancel()
        go_on.set()
        assert await pool.call(lambda: "free again") == "free again"

    asyncio.run(scenario())
