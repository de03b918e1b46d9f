"""Keeps the temporary files of all tests in memory: a disk would let every commit of SQLite wait for it."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - the files in it are made by tempfile and pytest
MIN_FREE_BYTES = 4 << 30


def keep_in_memory() -> None:
    """Use Linux's file system in memory, if it has room, unless ``TMPDIR`` names a folder."""
    if "TMPDIR" not in os.environ and _is_suitable(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _is_suitable(folder: Path) -> bool:
    """Whether ``folder`` has room and allows what tests put there: programs, and files of PostgreSQL's own user."""
    if not folder.is_dir() or not os.access(folder, os.W_OK) or shutil.disk_usage(folder).free < MIN_FREE_BYTES:
        return False
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC
