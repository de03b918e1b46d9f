"""Puts load from one core on a server on the other core: requests per second of the server's processor time."""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.process_groups import members

SECONDS = 5
CONNECTIONS = 16
LOAD_CORE = "1"
SERVER_CORE = "0"
TICKS = os.sysconf("SC_CLK_TCK")


class Unusable(Exception):
    """The benchmark cannot run here; the message says what is missing."""


@dataclass(frozen=True)
class Run:
    """The result of one run: requests per processor second of the server, and response times in milliseconds."""

    per_cpu_second: float
    per_second: float
    p50: float
    p99: float
    failed: int


def run_wrk(
    url: str,
    group: int,
    *,
    headers: dict[str, str] | None = None,
    script: str = "",
    connections: int = CONNECTIONS,
    is_pinned: bool = True,
) -> Run:
    """Request ``url`` as fast as possible; ``group`` is the process group of the server.

    The load comes from a core of its own where it ``is_pinned``.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise Unusable("wrk is missing. On Debian: apt install wrk")
    where = ["taskset", "-c", LOAD_CORE] if is_pinned else []
    header_options = [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        lua.write(script)
        lua.flush()
        command = [
            *where, wrk, "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", *header_options,
            *(["-s", lua.name] if script else []), url,
        ]  # fmt: skip
        before = _processor_seconds(group)
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS * 6)
        spent = _processor_seconds(group) - before
    return _read(done.stdout, spent)


def _read(output: str, spent: float) -> Run:
    requests = int(_match(r"(\d+) requests in", output))
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return Run(
        per_cpu_second=requests / max(spent, 0.01),
        per_second=float(_match(r"Requests/sec:\s+([\d.]+)", output)),
        p50=_milliseconds(_match(r"^\s+50%\s+(\S+)", output)),
        p99=_milliseconds(_match(r"^\s+99%\s+(\S+)", output)),
        failed=int(failed[1]) if failed else 0,
    )


def _match(pattern: str, output: str) -> str:
    found = re.search(pattern, output, re.MULTILINE)
    if found is None:
        raise Unusable(f"wrk said what is not understood: {output}")
    return found[1]


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1_000, "m": 60_000}[unit]


def _processor_seconds(group: int) -> float:
    """The processor time that all processes of a group have used so far."""
    return sum(_ticks(entry) for entry in members(group)) / TICKS


def memory_mb(group: int) -> list[float]:
    """The resident memory of each process of a group, in MB."""
    found = []
    for entry in members(group):
        resident = re.search(r"VmRSS:\s+(\d+)", (entry / "status").read_text())
        if resident:
            found.append(int(resident[1]) / 1024)
    return found


def _ticks(entry: Path) -> int:
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])
