"""Notes which document each process is reading, so that the document is known if it crashes the process.

A process that is killed cannot write anything. So each process keeps a note of the document that it is reading, in a
small file in the instance folder, which it locks and deletes in the end. A note without a lock means that its process
was killed: it becomes a mark of the document, a file that counts how often that happened. One note for many documents
is much cheaper than a file for each of them.
"""

import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from uuid import uuid4

from blog.sources.base import SourceItem
from blog.sync import crash_files, crashing_documents

_own_notes: set[Path] = set()
"""The notes of this process."""


@contextmanager
def reading(source: str) -> Iterator[Callable[[SourceItem], None]]:
    """Note which document this process reads, in case it is killed before the block ends.

    Call the yielded function before each document. It raises ``InvalidDocument`` if too many processes were killed
    while they read this version.
    """
    _count_crashes()
    marks = dict(crashing_documents.marks())
    survived: list[Path] = []
    with _own_note() as note:

        def begin(listed: SourceItem) -> None:
            if marks and (path := crashing_documents.path_of(source, listed.source_id)) in marks:
                crashing_documents.check(path, marks[path], listed.revision)
                survived.append(path)
            note(crash_files.Mark(source, listed.source_id, listed.revision))

        yield begin
    for path in survived:
        crash_files.delete(path)


def forget_own_notes() -> None:
    """Delete the notes of this process, because it ends for another reason than the documents it reads."""
    for path in tuple(_own_notes):
        crash_files.delete(path)


def forget_notes_on_sigterm() -> None:
    """Delete this process's notes on SIGTERM, so that a normal stop does not count as a crash."""
    signal.signal(signal.SIGTERM, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    forget_own_notes()
    # The signal ends the process after all, so that its parent sees the usual exit status.
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


@contextmanager
def _own_note() -> Iterator[Callable[[crash_files.Mark], None]]:
    """Create a note of this process and yield the function that writes it.

    If the disk is full or read-only, documents are read without notes.
    """
    try:
        path, descriptor = _locked_note()
    except OSError:
        yield lambda _mark: None
        return
    _own_notes.add(path)
    try:
        yield partial(crash_files.put, descriptor)
    finally:
        # Deleted before it is closed, which unlocks it: another process would count it as a crash.
        crash_files.delete(path)
        _own_notes.discard(path)
        os.close(descriptor)


def _locked_note() -> tuple[Path, int]:
    """Create an empty note and lock it; return its path and its descriptor."""
    while True:
        path = crash_files.folder() / f"{uuid4().hex}{crash_files.NOTE}"
        descriptor = crash_files.open_file(path, os.O_EXCL)
        with suppress(OSError):  # A file system without locks: no crash is counted then.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if path.exists():
            return path, descriptor
        # Without a lock it looked like the note of a killed process, so another process deleted it.
        os.close(descriptor)


def _count_crashes() -> None:
    """Turn the notes of killed processes into marks; delete those that were never written to."""
    for path in crash_files.files():
        if path.suffix == crash_files.NOTE and path not in _own_notes:
            with suppress(OSError), path.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # Raises an error while the process lives.
                crashed = crash_files.read(path)  # None if nothing was written, or another process has just counted it.
                if crashed is not None:
                    crashing_documents.count(crashed)
                path.unlink()
