"""What a real peer's processes need: a free port, a wait that ends, and a stop that leaves nothing running."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

START_SECONDS = 120
STOP_SECONDS = 10
POLL_SECONDS = 0.1
LAST_CHARACTERS = 2000


class Unavailable(Exception):
    """A real peer cannot be had here; the text says what is missing or what its program printed."""


@dataclass(frozen=True)
class Server:
    """A server in a process group of its own, which is also how it is ended."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(
        cls, command: Sequence[str | Path], folder: Path, log: Path,
        environment: Mapping[str, str] | None = None, user: str = "",
    ) -> "Server":  # fmt: skip
        """Start ``command`` in ``folder``, printing to ``log``; ``user``, where given, needs root."""
        with log.open("wb") as printed:
            process = subprocess.Popen(
                command, cwd=folder, env=_environment(environment), user=user or None, group=user or None,
                extra_groups=[] if user else None, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed,
                start_new_session=True,
            )  # fmt: skip
        return cls(Path(command[0]).name, process, log)

    def wait(self, is_ready: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Wait until ``is_ready``. Raises ``Unavailable`` where the process ends first, or time does."""
        until = time.monotonic() + seconds
        while not is_ready():
            ended = self.process.poll() is not None
            if ended or time.monotonic() > until:
                what = "ended" if ended else f"was not ready after {seconds} s"
                printed = self.log.read_text(encoding="utf-8", errors="replace")[-LAST_CHARACTERS:]
                raise Unavailable(f"{self.name} {what}: {printed.strip()}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End it and whatever it started: asked first, then killed. Safe to repeat."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)


def run(
    command: Sequence[str | Path], folder: Path, seconds: float,
    environment: Mapping[str, str] | None = None, user: str = "", typed: str = "",
) -> str:  # fmt: skip
    """What ``command`` printed. Raises ``Unavailable`` with its words where it fails or takes longer than allowed."""
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            command, cwd=folder, env=_environment(environment), user=user or None, group=user or None,
            extra_groups=[] if user else None, input=typed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=seconds, check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Unavailable(f"{name} is missing; tests/live/prepare installs what it may") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{name} took longer than {seconds} s") from error
    if done.returncode:
        raise Unavailable(f"{name} failed: {done.stdout[-LAST_CHARACTERS:].strip()}")
    return done.stdout


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    """Ours, and the folders of servers' programs, which not every user's search path has."""
    return os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"} | dict(more or {})


def free_port() -> int:
    """A port on the loopback interface that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def answers(url: str) -> bool:
    """Whether a GET there is answered with success at this moment."""
    try:
        return httpx.get(url, timeout=STOP_SECONDS, trust_env=False).is_success
    except httpx.TransportError:
        return False
