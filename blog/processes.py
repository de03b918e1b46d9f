"""Helpers for processes: connection limits, Ctrl-C, and ending together with the parent."""

import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process, resource_tracker

PARENT_POLL_SECONDS = 0.5
STOP_SECONDS = 10
"""How long a process may take to finish its work when the server stops."""
START_METHOD = "fork" if sys.platform == "linux" else "spawn"
"""How child processes are started. A fork starts at once and shares the memory that neither process changes."""
FILES = 512
"""File descriptors to reserve in addition to connections."""


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def allow_connections(count: int) -> None:
    """Raise the limit of open files for ``count`` connections, as far as the system's hard limit allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def block_sigint(*, is_spawned: bool) -> Iterator[None]:
    """Make child processes that are started in the block ignore Ctrl-C.

    A terminal sends Ctrl-C to all its processes at once, but the parent has to stop the others in order.
    ``is_spawned``: the children are spawned and not forked, see :mod:`multiprocessing`.
    """
    if is_spawned:
        # Multiprocessing starts its resource tracker with the first spawned process, and unblocks SIGINT afterwards.
        resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def exit_with_parent(grace_seconds: float) -> None:
    """Send SIGTERM to this process when its parent has ended, and force its exit after ``grace_seconds``.

    Otherwise, if only the parent is killed, its child processes would go on and keep the port.
    """
    # Multiprocessing knows the parent's id from the start; getppid() gives another one if the parent has ended already.
    parent = parent_process()
    parent_pid = os.getppid() if parent is None or parent.pid is None else parent.pid
    arguments = (parent_pid, grace_seconds)
    threading.Thread(target=_exit_without, args=arguments, name="parent", daemon=True).start()


def _exit_without(parent_pid: int, grace_seconds: float) -> None:
    while os.getppid() == parent_pid:
        time.sleep(PARENT_POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    # sys.exit() would end only this thread.
    os._exit(1)
