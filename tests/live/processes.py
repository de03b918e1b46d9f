"""Helpers for the processes of a real CMS: a free port, waiting with a limit, and stopping all of them."""

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
    """The CMS cannot run here; the message says what is missing or what its program printed."""


@dataclass(frozen=True)
class Server:
    """A server in its own process group, which is ended as a group."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(
        cls, command: Sequence[str | Path], folder: Path, log: Path,
        environment: Mapping[str, str] | None = None, user: str = "",
    ) -> "Server":  # fmt: skip
        """Start ``command`` in ``folder`` with its output in ``log``; ``user``, if given, needs root."""
        with log.open("wb") as printed:
            process = subprocess.Popen(
                command, cwd=folder, env=_environment(environment), user=user or None, group=user or None,
                extra_groups=[] if user else None, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed,
                start_new_session=True,
            )  # fmt: skip
        return cls(Path(command[0]).name, process, log)

    def wait(self, is_ready: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Wait until ``is_ready``. Raises ``Unavailable`` if the process ends or takes too long."""
        until = time.monotonic() + seconds
        while not is_ready():
            ended = self.process.poll() is not None
            if ended or time.monotonic() > until:
                what = "ended" if ended else f"was not ready after {seconds} s"
                printed = self.log.read_text(encoding="utf-8", errors="replace")[-LAST_CHARACTERS:]
                raise Unavailable(f"{self.name} {what}: {printed.strip()}")
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End it and its children: ask first, then kill. It can be called again."""
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
    """The output of ``command``. Raises ``Unavailable`` with it if the command fails or takes too long."""
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
    """Our search path with the folders of servers' programs, which not every user has."""
    return os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"} | dict(more or {})


def free_port() -> int:
    """A free port on the loopback interface."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def answers(url: str) -> bool:
    """Whether a GET request there succeeds now."""
    try:
        return httpx.get(url, timeout=STOP_SECONDS, trust_env=False).is_success
    except httpx.TransportError:
        return False
