"""The ``blog`` command, in this process or in one of its own."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from unittest.mock import patch

from click.testing import CliRunner

from blog.cli import main
from tests.support.process_groups import kill_group
from tests.support.processes import Command
from tests.support.servers import BLOG, folder_environment
from tests.support.waiting import TIMEOUT_SECONDS


def run_in_process(folder: Path, *arguments: str, status: int = 0, stdin: str = "", **environment: str) -> str:
    """Return what ``blog`` prints when it is called with ``arguments`` in ``folder``, without starting a process.

    What is logged is not part of it.
    """
    inherited: dict[str, str | None] = {name: None for name in os.environ if name.startswith("BLOG_")}
    variables = inherited | folder_environment(folder) | environment
    with (
        chdir(folder),
        patch.object(sys, "argv", ["blog", *arguments]),
        CliRunner().isolation(stdin, variables) as (_, _, output),
        _handler_kept(),
    ):
        try:
            main()
            ended_with: object = 0
        except SystemExit as ending:
            ended_with = ending.code
    text = output.getvalue().decode()
    assert ended_with == status, text
    return text


def run_process(folder: Path, *arguments: str, status: int = 0, stdin: str = "", **environment: str) -> str:
    """Return what ``blog`` prints, with what it logs, in a process of its own."""
    variables = {"PATH": "/usr/bin:/bin"} | folder_environment(folder) | environment
    with TemporaryFile() as entered, TemporaryFile() as output:
        entered.write(stdin.encode())
        entered.seek(0)
        process = Command(BLOG, arguments, folder, variables).start(entered, output)
        try:
            process.wait(TIMEOUT_SECONDS)
        finally:
            kill_group(process)
        output.seek(0)
        text = output.read().decode()
    assert process.returncode == status, text
    assert "Traceback" not in text
    return text


@contextmanager
def _handler_kept() -> Iterator[None]:
    """Restore the handler of SIGTERM, which a command leaves to the end of its process."""
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)
