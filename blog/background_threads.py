"""Threads that do something again and again while a block runs."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from flask import Flask

STOP_SECONDS = 2


@contextmanager
def repeating(name: str, pause_seconds: float, work: Callable[[], object], app: Flask | None = None) -> Iterator[None]:
    """Call ``work`` in a thread called ``name`` until the block ends, with a pause before each call.

    ``work`` handles its own errors; one that it raises ends the thread. A call that is under way at the end gets
    ``STOP_SECONDS`` to return, and the thread does not keep the process alive. With an ``app``, each call has a context
    of it.
    """
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(pause_seconds):
            with app.app_context() if app else nullcontext():
                work()

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(STOP_SECONDS)
