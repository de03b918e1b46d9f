"""A test run that is killed leaves no process behind, and no data that its processes share."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from blog.paths import PACKAGE
from tests.support.process_groups import kill_group, start_group
from tests.support.requirements import unavailable
from tests.support.waiting import wait_until

ENDLESS = "tests/browser/endless.py"
VARIABLE = "ENDLESS_READY"
STARTED = ("sleep", "blog", "postgres", "chrom")


def started_by(ready: Path) -> dict[int, str]:
    """The command line of each process that inherited ``VARIABLE`` with the value ``ready``, by its id."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{VARIABLE}={ready}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[Path]:
    """The file in which the endless test writes the folder of its run when it has started everything."""
    ready = tmp_path / f"ready-{uuid4().hex}"
    yield ready
    for process in started_by(ready):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def test_all_processes_of_a_killed_run_end(tmp_path: Path, ready: Path) -> None:
    options = ["-n", "1", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'temporary'}"]
    command = [sys.executable, "-m", "pytest", *options, ENDLESS]
    # What the blog does in that run is not measured, which would cost as much processor time as all the rest.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLIPCOVER_")}
    environment |= {VARIABLE: str(ready)}
    with (tmp_path / "output").open("wb") as output:
        run = start_group(command, subprocess.DEVNULL, output, PACKAGE.parent, environment)
    try:
        wait_until(lambda: ready.exists() or run.poll() is not None)
        if not ready.exists():
            unavailable((tmp_path / "output").read_text(encoding="utf-8"))
        commands = started_by(ready).values()
        assert [name for name in STARTED if not any(name in command for command in commands)] == []
    finally:
        run.kill()
        kill_group(run)
    wait_until(lambda: not started_by(ready))
    folder = Path(ready.read_text(encoding="utf-8"))
    wait_until(lambda: not list(folder.parent.glob(f"{folder.name}*")))
