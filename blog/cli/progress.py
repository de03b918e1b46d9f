"""Shows the progress of a sync."""

import signal
import sys
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

import click

from blog.sync.state import SyncProgress

LINE_SECONDS = 2


class ProgressDisplay:
    """Shows progress: in place on a terminal, otherwise a line through ``write`` every two seconds."""

    def __init__(self, write: Callable[[str], object] | None = None) -> None:
        self._is_in_place = write is None and sys.stderr.isatty()
        self._write = write or (lambda line: click.echo(line, err=True))
        self._progress = SyncProgress(0, None, None)
        self._shown: float | None = None
        self._is_interrupted = False

    def __enter__(self) -> Self:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, _type: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if signal.getsignal(signal.SIGINT) == self._interrupt:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._is_in_place:
            click.echo(err=True)
        if isinstance(error, KeyboardInterrupt):
            of_total = f" of {self._progress.total}" if self._progress.total is not None else ""
            read = f"{self._progress.count}{of_total} articles were read"
            self._write(f"Stopped: {read}. What was read is stored; the next start continues.")

    def __call__(self, progress: SyncProgress) -> None:
        """Show the progress of the sync. Called for each step."""
        if self._is_interrupted:
            raise KeyboardInterrupt
        self._progress = progress
        if self._is_in_place or self._shown is None or time.monotonic() - self._shown >= LINE_SECONDS:
            self._show()

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        # nh3 ignores exceptions in its callbacks, so a KeyboardInterrupt raised there would be lost.
        self._is_interrupted = True
        raise KeyboardInterrupt

    def _show(self) -> None:
        self._shown = time.monotonic()
        line = f"Reading articles … {self._progress}"
        if self._is_in_place:
            click.echo(f"\r{line}\033[K", nl=False, err=True)
        else:
            self._write(line)
