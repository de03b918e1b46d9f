"""The lock of the instance folder: while a blog runs there, no backup is restored, and while one is, no blog starts."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blog.errors import OperatorError


class BlogIsRunning(OperatorError):
    """A blog or a restore is running in this instance folder."""


def hold_running_lock(folder: Path) -> None:
    """Hold a shared lock until this process and its forks have ended, so that no restore can start in ``folder``.

    :raises BlogIsRunning: a backup is being restored there.
    """
    try:
        # The descriptor is left open on purpose: closing it would release the lock.
        _locked(folder, fcntl.LOCK_SH)
    except BlogIsRunning as error:
        raise BlogIsRunning("A backup is being restored. Start the blog when that has ended.") from error
    except OSError:
        # The folder is read-only, so a restore is not possible either and no lock is needed.
        return


@contextmanager
def hold_stopped_lock(folder: Path) -> Iterator[None]:
    """Hold an exclusive lock during the block, so that no blog can start in ``folder``.

    :raises BlogIsRunning: a blog is running there.
    """
    lock = _locked(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def _locked(folder: Path, kind: int) -> int:
    """Take the lock and return its file descriptor. The lock ends when all copies of it, also in forks, are closed."""
    descriptor = os.open(folder / "running.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        # Not lockf(): a fork does not inherit its locks, and closing any other descriptor of the file would end them.
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise BlogIsRunning(f"A blog runs in {folder}.") from error
    return descriptor
