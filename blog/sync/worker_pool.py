"""A few processes that prepare documents in parallel and never outlive this one."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar

from flask import Flask

from blog.config import Settings
from blog.garbage_collection import collector_paused
from blog.logging_config import configure_logging
from blog.processes import block_sigint
from blog.sync.reading_notes import forget_notes_on_sigterm, forget_own_notes

P = ParamSpec("P")
T = TypeVar("T")


class WorkerPool:
    """``size`` processes with the ``settings`` but without the rest of the application."""

    def __init__(self, size: int, settings: Settings) -> None:
        # "spawn", because forked processes would share this process's database connections.
        context = get_context("spawn")
        theirs, self._lifeline = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(size, context, initializer=_begin, initargs=(settings, theirs))

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call ``work`` in one of the processes.

        :raises BrokenProcessPool: a process ended, which ends all of them; the result of the future raises it too.
        """
        # The pool starts its processes here, when it gets its first work.
        with block_sigint(is_spawned=True):
            return self._pool.submit(work, *args, **kwargs)

    def end(self, *, at_once: bool) -> None:
        """End the processes, after their current work or ``at_once``."""
        if at_once:
            # First, because shutdown() waits for the chunks that the processes are working on.
            self._lifeline.close()
        self._pool.shutdown(cancel_futures=True)
        self._lifeline.close()


def _begin(settings: Settings, lifeline: Connection) -> None:
    configure_logging()
    with collector_paused():
        # Otherwise the first work would import it, while the collector is on.
        from blog.sync import prepare  # noqa: F401, PLC0415
    forget_notes_on_sigterm()
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    app = Flask("blog")
    app.config["BLOG"] = settings
    app.app_context().push()


def _end_with(lifeline: Connection) -> None:
    """End this process when the other end of ``lifeline`` is closed, which also happens when the parent dies."""
    lifeline.poll(None)
    forget_own_notes()
    # sys.exit() would end only this thread.
    os._exit(1)
