"""Waits for something that another process or thread does. All tests use it."""

import socket
import time
from collections.abc import Callable

from tests.support.process_groups import Process

TIMEOUT_SECONDS = 60
FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.05
"""Most of what tests wait for happens at once. Of the rest, asking often would take time from those who do it."""


def wait_until(condition: Callable[[], object], process: Process | None = None) -> None:
    """Return as soon as ``condition`` is true.

    :raises AssertionError: it takes too long, or ``process`` has ended meanwhile.
    """
    deadline = time.monotonic() + TIMEOUT_SECONDS
    pause = FIRST_PAUSE_SECONDS
    while not condition():
        assert process is None or process.poll() is None, f"the process ended with status {process.returncode}"
        assert time.monotonic() < deadline, f"it did not happen within {TIMEOUT_SECONDS} s"
        time.sleep(pause)
        pause = min(pause * 1.3, LONGEST_PAUSE_SECONDS)


def is_listening(port: int) -> bool:
    """Whether a server on this machine accepts connections on ``port``."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
