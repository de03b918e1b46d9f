"""Limits for parsing texts from outside: long texts are parsed in another process with limited time and memory.

The parsers are native code, which neither a time-out nor an exception can interrupt. But the kernel can stop a process.
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
"""Processor time for one text. Unlike wall-clock time, it does not depend on how busy the machine is."""
MAX_MEMORY = 1_500_000_000
"""Bytes of address space that the other process may use, including its libraries."""
LONG_TEXT = 50_000
"""In characters. Shorter texts are parsed in this process. The most hostile ones measured took one second and 100
megabytes; HTML whose elements would multiply is refused by ``check_nesting()`` before.
"""

Parse = Callable[[str], str]

START_SECONDS = 60
"""How long the other process may take to start; long enough for a very busy machine."""
EXIT_SECONDS = 5
"""How long to wait for the other process to end after its connection was closed."""


class ArticleTooComplex(ValueError):
    """The text would take too much time or memory, or its elements are nested too deeply."""


class ParserNotStarted(ArticleTooComplex):
    """The process that parses long texts could not be started, so the text was not parsed."""


def parse_bounded(parse: Parse, text: str) -> str:
    """Return ``parse(text)``, limited in time and memory if ``text`` is long.

    ``parse`` must be a function at the top level of a module, so that it can be sent to another process.

    :raises ArticleTooComplex: it took more than ``MAX_SECONDS`` or ``MAX_MEMORY``.
    :raises ParserNotStarted: the other process does not start.
    """
    return parse(text) if len(text) <= LONG_TEXT else _parser.parse(parse, text)


class _BoundedParser:
    """A process that parses one text after another. It starts with the first text, and again after it was stopped."""

    def __init__(self) -> None:
        # Texts and results share one connection, so only one thread at a time may use it.
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
            except BaseException:
                # The result of this text may still arrive, and would be taken for that of the next.
                self._running = None
                process.kill()
                connection.close()
                raise
        if isinstance(result, Exception):
            raise result
        return result

    def _ready(self) -> tuple[BaseProcess, Connection]:
        """Return the running process and the connection to it; start the process if necessary."""
        if self._running is None or not self._running[0].is_alive():
            self._running = None
            self._running = _start()
        return self._running


def _start() -> tuple[BaseProcess, Connection]:
    """Start a new process; return it and the connection to it when it is ready.

    :raises ParserNotStarted: it did not start, or was not ready in time.
    """
    # Not "fork": a copy of a process with threads can deadlock, and it would have all of the parent's memory.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    try:
        # This process closes its copy of the other end. While a copy is open, recv() does not notice that the other
        # process has ended.
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
    """Return the reason why the process ended: a signal if the kernel stopped it, a status above 0 after an error."""
    process.join(EXIT_SECONDS)
    if not is_ready or (process.exitcode or 0) > 0:
        return _not_started(f"it ended with the status {process.exitcode}")
    return ArticleTooComplex(
        f"it takes more than {MAX_SECONDS} seconds, or too much memory, to parse; divide it into several articles"
    )


def _not_started(why: str) -> ParserNotStarted:
    return ParserNotStarted(
        f"the process that parses long texts did not start ({why}); "
        "check that the machine has free memory and may start processes (ulimit -u), then sync again"
    )


def _serve(connection: Connection) -> None:
    """Parse the texts that arrive until the other end closes the connection; runs in the other process."""
    _limit(resource.RLIMIT_CORE, 0)  # No core file when the kernel stops this process.
    with suppress(EOFError, OSError):
        connection.send(True)  # ready
        while True:
            connection.send(_parse(*connection.recv()))


def _parse(parse: Parse, text: str, seconds: int, memory: int) -> str | Exception:
    _limit(resource.RLIMIT_CPU, int(time.process_time()) + seconds)  # The limit is for the process's whole life.
    _limit(resource.RLIMIT_AS, memory)
    try:
        return parse(text)
    except MemoryError:
        return ArticleTooComplex("it takes too much memory to parse; divide it into several articles")
    except Exception as error:
        return error


def _limit(kind: int, most: int) -> None:
    """Set a limit of this process, but not above its hard limit, which stays."""
    _, hard = resource.getrlimit(kind)
    with suppress(ValueError, OSError):  # macOS does not support a limit on memory.
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


_parser = _BoundedParser()
