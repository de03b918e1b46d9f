"""Process groups: a command that tests start, and all its children."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from tests.support.guards import Guard

_guards: dict[int, Guard] = {}
"""Of each running group that :func:`start_group` started."""


class Process(Protocol):
    """The part of ``subprocess.Popen`` that tests need."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, number: int, /) -> None: ...


def start_group(
    command: Sequence[str | Path],
    stdin: int | IO[bytes],
    output: IO[bytes],
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in a group of its own, which is killed with this process; call :func:`kill_group` in the end.

    :param output: gets what it prints, errors included.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    _guards[process.pid] = Guard("kill", "-9", f"-{process.pid}")
    return process


def kill_group(process: Process) -> None:
    """Send SIGKILL to a process that a test started and to all its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    guard = _guards.pop(process.pid, None)
    if guard is not None:
        guard.release()


def members(group: int) -> list[Path]:
    """The folder in ``/proc`` of each process of a group that has not ended."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            # A process that has ended has no command line, but stays listed until its parent takes notice.
            if os.getpgid(int(entry.name)) == group and (entry / "cmdline").read_bytes():
                found.append(entry)
    return found
