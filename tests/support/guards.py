"""Ends what tests have started when their process is killed, so that it can end nothing itself."""

import subprocess
from pathlib import Path

WAIT = 'read -r _ || "$@"'
"""A shell's script: wait for a line, and run the arguments as a command if the pipe is closed without one."""


class Guard:
    """Runs ``command`` when this process ends without having called :meth:`release`, for whatever reason.

    The system closes the pipe to a guard with the process that holds it, also after SIGKILL.
    """

    def __init__(self, *command: str) -> None:
        self._shell = subprocess.Popen(
            ["sh", "-c", WAIT, "guard", *command],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def release(self) -> None:
        """End the guard without running its command."""
        self._shell.communicate(b"\n")
