"""Bounds for parsing texts from outside: a long one is parsed in another process, which may use so much and no more.

Neither a time-out nor an exception stops a parser written in C. The kernel stops a process.
"""

import resource
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock

from blog.processes import block_sigint

MAX_SECONDS = 10
"""Of processor time for one text. A busy machine takes longer, but rejects no more."""
MAX_MEMORY = 1_500_000_000
"""Bytes of addresses that the other process may use; the libraries that it loads are among them."""
LONG_TEXT = 50_000
"""Characters that cost two seconds and 100 megabytes at worst, so that they need no other process."""

Parse = Callable[[str], str]


START_SECONDS = 60
"""How long the other process may take to start, on a machine that is very busy."""
EXIT_SECONDS = 5
"""How long after its connection closed the other process may take to end."""


class ArticleTooComplex(ValueError):
    """A text would take too much time or memory, or nests deeper than any text needs."""


class ParserNotStarted(ArticleTooComplex):
    """There is no process to parse a long text in, so nobody knows how complex it is."""


def parse_bounded(parse: Parse, text: str) -> str:
    """What the function ``parse``, of the top level of a module, makes of ``text``.

    :raises ArticleTooComplex: it took more than ``MAX_SECONDS`` or ``MAX_MEMORY``.
    :raises ParserNotStarted: the other process does not start.
    """
    return parse(text) if len(text) <= LONG_TEXT else _parser.parse(parse, text)


class _BoundedParser:
    """A process that parses one text after another. It starts with the first, and again after it was stopped."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: tuple[BaseProcess, Connection] | None = None

    def parse(self, parse: Parse, text: str) -> str:
        with self._lock:
            process, connection = self._ready()
            try:
                connection.send((parse, text, MAX_SECONDS, MAX_MEMORY))
                result: str | Exception = connection.recv()
            except (EOFError, OSError) as error:
                self._running = None
                raise _why_ended(process) from error
        if isinstance(result, Exception):
            raise result
        return result

    def _ready(self) -> tuple[BaseProcess, Connection]:
        """The process and the connection to it."""
        if self._running is None or not self._running[0].is_alive():
            self._running = None
            self._running = _start()
        return self._running


def _start() -> tuple[BaseProcess, Connection]:
    """A new process that is ready, and the connection to it.

    :raises ParserNotStarted: it does not come up.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    try:
        with theirs, block_sigint(is_spawned=True):
            process.start()
    except OSError as error:
        raise _not_started(error.strerror or type(error).__name__) from error
    try:
        is_ready = ours.poll(START_SECONDS) and ours.recv()
    except (EOFError, OSError) as error:
        raise _why_ended(process, is_ready=False) from error
    if not is_ready:
        process.kill()
        raise _not_started(f"it was not ready after {START_SECONDS} seconds")
    return process, ours


def _why_ended(process: BaseProcess, *, is_ready: bool = True) -> ArticleTooComplex:
    """Why the process is gone: the kernel ends it by a signal, an error in it by a status above 0."""
    process.join(EXIT_SECONDS)
    if not is_ready or (process.exitcode or 0) > 0:
        return _not_started(f"it ended with the status {process.exitcode}")
    return ArticleTooComplex(
        f"it takes more than {MAX_SECONDS} seconds, or too much memory, to parse; divide it into several articles"
    )


def _not_started(why: str) -> ParserNotStarted:
    return ParserNotStarted(
        f"the process that parses long texts did not start ({why}); "
        "see that the machine has memory left and may start processes (ulimit -u), then sync again"
    )


def _serve(connection: Connection) -> None:
    """Parse whatever comes, until the process at the other end is gone."""
    _limit(resource.RLIMIT_CORE, 0)
    with suppress(EOFError, OSError):
        connection.send(True)  # ready
        while True:
            connection.send(_parse(*connection.recv()))


def _parse(parse: Parse, text: str, seconds: int, memory: int) -> str | Exception:
    _limit(resource.RLIMIT_CPU, int(time.process_time()) + seconds)  # The kernel counts from the process's start.
    _limit(resource.RLIMIT_AS, memory)
    try:
        return parse(text)
    except MemoryError:
        return ArticleTooComplex("it takes too much memory to parse; divide it into several articles")
    except Exception as error:
        return error


def _limit(kind: int, most: int) -> None:
    """Set a limit of this process; one that is stricter already stays."""
    _, hard = resource.getrlimit(kind)
    with suppress(ValueError, OSError):  # macOS has no limit of memory.
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


_parser = _BoundedParser()
