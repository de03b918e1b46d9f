"""Forks itself for each ``blog`` command that a test starts, because the imports take longer than the rest of a start.

It is run as a script with the path of the command, an instance folder to warm up with, and the descriptor of a socket,
which brings one request a command. A command is a process like any other: only the imports and the compiling of URL
rules and SQL statements have been done before. If its environment names a file in ``RUN_FIRST``, that file runs first;
with it, a test can change the time limits of a blog.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

MAX_REQUEST_BYTES = 1_000_000
DESCRIPTORS = 3
"""Sent with each request: where to write the status, and the command's input and output."""


class Exit:
    """The end of a command."""

    status: int | None = None
    """Set when the command ended as it should."""

    def run(self, program: str) -> None:
        """Run ``program`` as Python runs a script."""
        try:
            runpy.run_path(program, run_name="__main__")
        except SystemExit as ending:
            if ending.code is None or isinstance(ending.code, int):
                self.status = ending.code or 0
            raise

    def at_once(self) -> None:
        """Leave out the last part of an exit, in which Python frees all objects one by one."""
        if self.status is not None:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(self.status)


def main() -> None:
    """Fork for each request until the test run ends; each fork then runs its command."""
    program, instance, descriptor = sys.argv[1:]
    sys.path[0] = str(Path(program).parent)
    end = Exit()
    atexit.register(end.at_once)  # before the imports, so that it runs after all other exit functions
    _prepare(Path(instance))
    with socket.socket(fileno=int(descriptor)) as requests:
        command = _next_command(requests)
    if command is not None:
        if "RUN_FIRST" in os.environ:
            runpy.run_path(os.environ["RUN_FIRST"], run_name="__main__")
        sys.argv = [program, *command["arguments"]]
        end.run(program)


def _prepare(instance: Path) -> None:
    """Do what takes longest in a start and is the same for each command: the imports, and what a first use compiles."""
    for late in ("blog.factory", "blog.postgresql_connection"):
        import_module(late)
    for command in import_module("blog.cli.commands").cli.commands.values():
        command.load()
    import_module("tests.support.warm_up").warm_up(instance)
    gc.collect()
    gc.freeze()


def _next_command(requests: socket.socket) -> dict[str, Any] | None:
    """Return a command in a new process that is to run it, and ``None`` in this one when no more will come."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, MAX_REQUEST_BYTES, DESCRIPTORS)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not message:
            return None
        if os.fork() == 0:
            _become_command(*descriptors)
            command: dict[str, Any] = json.loads(message)
            os.chdir(command["folder"])
            os.environ.clear()
            os.environ.update(command["environment"])
            return command
        for descriptor in descriptors:
            os.close(descriptor)


def _become_command(status: int, stdin: int, output: int) -> None:
    """Fork; the new process gets a group of its own and writes its id, and this one waits and writes how that ended."""
    pid = os.fork()
    if pid:
        Thread(target=_kill_with_tests, args=(os.dup(status), pid), daemon=True).start()
        _, ended = os.waitpid(pid, 0)
        os.write(status, b"%d\n" % os.waitstatus_to_exitcode(ended))
        os._exit(0)
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # it is ignored if the run was started with nohup
    os.write(status, b"%d\n" % os.getpid())
    os.close(status)
    for stream, number in ((stdin, 0), (output, 1), (output, 2)):
        os.dup2(stream, number)
    os.close(stdin)
    os.close(output)


def _kill_with_tests(status: int, pid: int) -> None:
    """Kill a command with all its children when the process of the tests has ended, which closes its socket."""
    with socket.socket(fileno=status) as tests:
        tests.recv(1)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
