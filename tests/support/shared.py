"""Data that all processes of one test run share, created once by the first process that needs it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

VARIABLE = "TEST_RUN_FOLDER"
"""Holds the folder of this run; workers of pytest-xdist inherit it from the main process."""


def create_folder() -> None:
    """Create the folder that this process and its workers share."""
    os.environ[VARIABLE] = tempfile.mkdtemp(prefix="blog-tests-")


def remove_folder() -> None:
    shutil.rmtree(os.environ.pop(VARIABLE), ignore_errors=True)


def is_test_run() -> bool:
    """Whether tests run, and not a benchmark or another program that starts blogs."""
    return VARIABLE in os.environ


def folder() -> Path:
    return Path(os.environ[VARIABLE])


def made_once(name: str, make: Callable[[], str]) -> str:
    """The text that ``make`` returned in the first process of this run that needed ``name``; the others wait for it."""
    result = folder() / name
    with (folder() / f"{name}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            if not result.exists():
                result.write_text(make(), encoding="utf-8")
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # closing is not enough: a process that was forked meanwhile has it open
    return result.read_text(encoding="utf-8")
