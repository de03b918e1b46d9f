"""Shows how far a sync has come."""

import sys
import time
from types import TracebackType
from typing import Self

import click

from blog.sources.base import Source
from blog.sources.folder.source import FolderSource

LINE_SECONDS = 2


class Progress:
    """Shows progress from the start: in place on a terminal, a line every two seconds elsewhere."""

    def __init__(self, source: Source) -> None:
        self._total = f" of {source.count()}" if isinstance(source, FolderSource) else ""
        self._count = 0
        self._started = self._shown = time.monotonic()

    def __enter__(self) -> Self:
        self._show()
        return self

    def __exit__(self, _type: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if sys.stderr.isatty():
            click.echo(err=True)
        if isinstance(error, KeyboardInterrupt):
            read = f"{self._count}{self._total} articles were read"
            click.echo(f"Stopped: {read}. What was read is stored; the next start goes on from there.", err=True)

    def __call__(self, count: int) -> None:
        """Show that ``count`` articles have been read."""
        self._count = count
        if sys.stderr.isatty() or time.monotonic() - self._shown >= LINE_SECONDS:
            self._show()

    def _show(self) -> None:
        self._shown = time.monotonic()
        seconds = self._shown - self._started
        rate = f", {self._count / seconds:.0f} a second" if seconds >= 1 else ""
        line = f"Reading articles … {self._count}{self._total}{rate}"
        click.echo(f"\r{line}\033[K" if sys.stderr.isatty() else line, nl=not sys.stderr.isatty(), err=True)
