"""Helpers for starting child processes."""

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
"""How long a process may take to finish what it is doing when the server stops."""
FILES = 512
"""How many files a process has open beside its connections, at most."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def allow_connections(count: int) -> None:
    """Let this process hold ``count`` connections beside its files, as far as the system's hard limit goes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


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


def exit_with_parent(grace_seconds: float) -> None:
    """End this process when the one that started it is gone, as if it had received SIGTERM.

    A server that is killed alone would leave processes behind that keep its port.
    """
    parent = parent_process()
    parent_pid = os.getppid() if parent is None or parent.pid is None else parent.pid
    arguments = (parent_pid, grace_seconds)
    threading.Thread(target=_exit_without, args=arguments, name="parent", daemon=True).start()


def _exit_without(parent_pid: int, grace_seconds: float) -> None:
    while os.getppid() == parent_pid:
        time.sleep(PARENT_POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    os._exit(1)
