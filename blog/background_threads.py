"""Threads that do something again and again while a block runs."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STOP_SECONDS = 2


@contextmanager
def repeating(name: str, pause_seconds: float, work: Callable[[], object]) -> Iterator[None]:
    """Call ``work`` in a thread called ``name`` until the block ends, with a pause before each call.

    ``work`` handles its own errors; one that it raises ends the thread. A call that is under way at the end gets
    ``STOP_SECONDS`` to return, and the thread does not keep the process alive.
    """
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(pause_seconds):
            work()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(STOP_SECONDS)
