"""Processes beside this one."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@contextmanager
def block_sigint(*, is_spawned: bool) -> Iterator[None]:
    """Processes that are started within are deaf to Ctrl-C: it reaches all of a terminal, and this one ends the others.

    ``is_spawned`` says that they are not copies of this one, as in :mod:`multiprocessing`.
    """
    if is_spawned:
        # What multiprocessing starts beside the first process that is spawned would lift the mask below.
        resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
