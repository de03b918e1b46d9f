"""A thread pool for one kind of request, with a bounded queue."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

WAIT_SECONDS = 15.0
"""How long a request waits for a free thread before it is refused."""
MAX_WAITING = 200
"""How many requests may wait for a thread; further ones are refused at once."""

T = TypeVar("T")


class Busy(Exception):
    """No thread became free in time, or too many requests are already waiting."""


class ThreadPool:
    """``threads`` threads for one kind of request. If all are busy, a request waits up to ``wait_seconds``."""

    def __init__(
        self, name: str, threads: int, *, max_waiting: int = MAX_WAITING, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._free = asyncio.Semaphore(threads)
        self._waiting = 0
        self._max_waiting = max_waiting
        self._wait_seconds = wait_seconds

    async def call(self, function: Callable[[], T]) -> T:
        """Call ``function`` on one of the threads and return its result.

        :raises Busy: no thread became free in time, or too many requests are already waiting.
        """
        # locked() is also true while others wait, so nobody overtakes them; otherwise acquire() returns at once.
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()
        future = asyncio.get_running_loop().run_in_executor(self._executor, function)
        future.add_done_callback(lambda _: self._free.release())
        # If the client disconnects, only the waiting ends: the thread cannot be stopped, and counts as busy until
        # the function returns.
        return await asyncio.shield(future)

    async def finish(self, function: Callable[[], None]) -> None:
        """Call ``function``, which closes what an earlier call has opened, however long it takes to get a thread."""
        await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._executor, function))

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
