"""Runs the background worker as a child process of the server, and restarts it if it ends."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context, get_start_method
from multiprocessing.process import BaseProcess

from blog.cli.worker import run
from blog.processes import STOP_SECONDS, block_sigint

POLL_SECONDS = 0.5
PAUSE_SECONDS = 2

log = logging.getLogger(__name__)


@contextmanager
def background_worker() -> Iterator[None]:
    """Run the worker in a child process until the block ends, and restart it if it ends earlier."""
    is_over = threading.Event()
    process = _start_worker(get_start_method())
    watcher = threading.Thread(target=_keep_working, args=(process, is_over), name="worker-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


def _keep_working(process: BaseProcess, is_over: threading.Event) -> None:
    while True:
        while process.is_alive() and not is_over.wait(POLL_SECONDS):
            pass
        # If the process has ended by itself, these three do nothing.
        process.terminate()
        process.join(STOP_SECONDS)
        process.kill()
        if is_over.wait(PAUSE_SECONDS):
            return
        log.warning("The background worker ended (status %s) and is started again.", process.exitcode)
        # Not "fork": this process has several threads now, and a fork could copy a lock that another thread holds.
        process = _start_worker("spawn")


def _start_worker(method: str) -> BaseProcess:
    process: BaseProcess = get_context(method).Process(target=run, name="worker")  # type: ignore[attr-defined]
    with block_sigint(is_spawned=method == "spawn"):
        process.start()
    return process
