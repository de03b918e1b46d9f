"""Process groups: a command that tests start, and all its children."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from tests.support.processes import Process


def kill_group(process: Process) -> None:
    """Send SIGKILL to a process that :func:`launch` started and to all its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def members(group: int) -> list[Path]:
    """The folder in ``/proc`` of each process of a group."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(ProcessLookupError):
            if os.getpgid(int(entry.name)) == group:
                found.append(entry)
    return found
