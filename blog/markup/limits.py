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


class ArticleTooComplex(ValueError):
    """A text would take too much time or memory, or nests deeper than any text needs."""


def parse_bounded(parse: Parse, text: str) -> str:
    """What the function ``parse``, of the top level of a module, makes of ``text``.

    :raises ArticleTooComplex: it took more than ``MAX_SECONDS`` or ``MAX_MEMORY``.
    """
    return parse(text) if len(text) <= LONG_TEXT else _parser.parse(parse, text)


class _BoundedParser:
    """A process that parses one text after another. It starts with the first, and again after it was stopped."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None

    def parse(self, parse: Parse, text: str) -> str:
        with self._lock:
            connection = self._ready_connection()
            try:
                connection.send((parse, text, MAX_SECONDS, MAX_MEMORY))
                result: str | Exception = connection.recv()
            except (EOFError, OSError) as error:
                self._connection = None
                raise ArticleTooComplex(
                    f"it takes more than {MAX_SECONDS} seconds, or too much memory, to parse; "
                    "divide it into several articles"
                ) from error
        if isinstance(result, Exception):
            raise result
        return result

    def _ready_connection(self) -> Connection:
        if self._connection is not None and self._process is not None and self._process.is_alive():
            return self._connection
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        with block_sigint(is_spawned=True):
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
        theirs.close()
        return self._connection


def _serve(connection: Connection) -> None:
    """Parse whatever comes, until the process at the other end is gone."""
    _limit(resource.RLIMIT_CORE, 0)
    with suppress(EOFError, OSError):
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
