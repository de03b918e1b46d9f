"""Starts the ``blog`` command, by a fork of a process that has imported it or as a shell does it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support.instances import served_instance
from tests.support.process_groups import Process, start_group

FORK_SERVER = Path(__file__).with_name("fork_server.py")


class ForkedProcess:
    """A command that a :class:`ForkServer` started. It is not a child of this process."""

    def __init__(self, status: socket.socket) -> None:
        self._status = status
        self.returncode: int | None = None
        self.pid = self._number()

    def poll(self) -> int | None:
        """The exit status, negative after a signal; ``None`` if the process still runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; return the exit status.

        :raises subprocess.TimeoutExpired: the process still runs.
        """
        if self.returncode is None:
            self._status.settimeout(timeout)
            try:
                self.returncode = self._number()
            except (TimeoutError, BlockingIOError) as error:
                raise subprocess.TimeoutExpired("blog", timeout or 0) from error
            self._status.close()
        return self.returncode

    def send_signal(self, number: int, /) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _number(self) -> int:
        received = self._status.recv(100)
        assert received, "the process that waits for the command has ended"
        return int(received)


@dataclass(frozen=True)
class Command:
    """The ``blog`` command with its arguments, its folder and the whole of its environment."""

    program: Path
    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]

    def start(self, stdin: IO[bytes], output: IO[bytes]) -> Process:
        """Start it in a new process group; what it prints and logs is written to ``output``."""
        server = _fork_servers.get(self.program)
        if server is not None:
            return server.start(self, stdin, output)
        return start_group([self.program, *self.arguments], stdin, output, self.folder, self.environment)


class ForkServer:
    """A process that has imported the blog and forks itself for each command. It starts with the first one."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, command: Command, stdin: IO[bytes], output: IO[bytes]) -> ForkedProcess:
        if self._process is None:
            self._process = self._start()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {
            "arguments": command.arguments,
            "folder": str(command.folder),
            "environment": dict(command.environment),
        }
        with theirs:
            descriptors = [theirs.fileno(), stdin.fileno(), output.fileno()]
            socket.send_fds(self._requests, [json.dumps(request).encode()], descriptors)
        return ForkedProcess(ours)

    def _start(self) -> subprocess.Popen[bytes]:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            return subprocess.Popen(
                [sys.executable, FORK_SERVER, self._program, served_instance(), str(theirs.fileno())],
                env={name: value for name, value in os.environ.items() if not name.startswith("BLOG_")},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def stop(self) -> None:
        """End it. Commands that still run go on."""
        if self._process is not None:
            self._requests.close()
            self._process.wait()


_fork_servers: dict[Path, ForkServer] = {}


@contextmanager
def forking(program: Path) -> Iterator[None]:
    """During the block, ``program`` is not started anew, but by forks of a process that has imported the blog."""
    server = _fork_servers[program] = ForkServer(program)
    try:
        yield
    finally:
        del _fork_servers[program]
        server.stop()


@contextmanager
def not_forking(program: Path) -> Iterator[None]:
    """During the block, ``program`` is started as a shell does it."""
    server = _fork_servers.pop(program)
    try:
        yield
    finally:
        _fork_servers[program] = server
