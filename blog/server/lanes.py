"""Threads for one kind of request, and a bounded queue in front of them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

WAIT_SECONDS = 15.0
"""How long a request waits for a thread before it is refused."""
MAX_WAITING = 200
"""How many requests wait for a thread; more are refused at once."""

T = TypeVar("T")


class Busy(Exception):
    """No thread became free in time, or too many requests are waiting already."""


class Lane:
    """``threads`` threads for one kind of request; those that find none free wait in line for a while."""

    def __init__(
        self, name: str, threads: int, *, max_waiting: int = MAX_WAITING, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._free = asyncio.Semaphore(threads)
        self._waiting = 0
        self._max_waiting = max_waiting
        self._wait_seconds = wait_seconds

    async def call(self, function: Callable[[], T]) -> T:
        """What ``function`` returns, called on one of the threads.

        :raises Busy: none became free.
        """
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()
        future = asyncio.get_running_loop().run_in_executor(self._executor, function)
        future.add_done_callback(lambda _: self._free.release())
        # The thread works on where the client goes away, and is free only when it has ended.
        return await asyncio.shield(future)

    async def _wait(self) -> None:
        if self._waiting >= self._max_waiting:
            raise Busy
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise Busy from error
        finally:
            self._waiting -= 1
