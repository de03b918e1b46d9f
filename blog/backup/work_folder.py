"""A private folder for the files of an unfinished backup, beside the finished one."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

PREFIX = ".blog-backup-"


@contextmanager
def work_folder(parent: Path) -> Iterator[Path]:
    """Create a folder in ``parent`` for the block, after deleting those that killed backups have left.

    A process holds a lock on its folder, so a folder without one belongs to no process.
    """
    with ExitStack() as own:
        with _locked(parent, fcntl.LOCK_EX):  # otherwise another backup could delete the folder before it is locked
            for left in parent.glob(f"{PREFIX}*"):
                _delete_unless_locked(left)
            folder = Path(own.enter_context(tempfile.TemporaryDirectory(dir=parent, prefix=PREFIX)))
            own.enter_context(_locked(folder, fcntl.LOCK_EX))
        yield folder


def _delete_unless_locked(folder: Path) -> None:
    with suppress(OSError), _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB) as is_ours:
        if is_ours:
            shutil.rmtree(folder)


@contextmanager
def _locked(folder: Path, kind: int) -> Iterator[bool]:
    """Lock ``folder`` for the block; yield whether that was possible. Some network file systems have no locks."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        is_held = True
        try:
            fcntl.flock(descriptor, kind)
        except OSError:
            is_held = False
        yield is_held
    finally:
        os.close(descriptor)
