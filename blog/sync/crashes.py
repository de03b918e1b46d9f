"""Sets aside a document that crashes the processes that read it, so that it does not block the other documents.

A process that is killed cannot write anything. So each process keeps a note of the document that it is reading, in a
small file in the instance folder, which it locks and deletes in the end. A note without a lock means that its process
was killed: it becomes a mark of the document, a file that counts how often that happened. One note for many documents
is much cheaper than a file for each of them.
"""

import fcntl
import json
import os
import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import NamedTuple
from uuid import uuid4

from blog.config import settings
from blog.content.documents import InvalidDocument
from blog.sources.base import SourceItem

FOLDER = "being-read"
NOTE = ".note"
"""The end of a note's name; other files in the folder are marks."""
MAX_CRASHES = 2

_own_notes: set[Path] = set()
"""The notes of this process."""


class _Mark(NamedTuple):
    """One version of a document, and how many processes were killed while they read it."""

    source: str
    source_id: str
    revision: str
    attempts: int = 0
    is_set_aside: bool = False


@contextmanager
def reading(source: str) -> Iterator[Callable[[SourceItem], None]]:
    """Note which document this process reads, in case it is killed before the block ends.

    Call the yielded function before each document. It raises ``InvalidDocument`` if ``MAX_CRASHES`` processes were
    killed while they read this version.
    """
    _count_crashes()
    marks = dict(_marks())
    survived: list[Path] = []
    with _own_note() as note:

        def begin(listed: SourceItem) -> None:
            if marks and (path := _path(source, listed.source_id)) in marks:
                _check(path, marks[path], listed.revision)
                survived.append(path)
            note(_Mark(source, listed.source_id, listed.revision))

        yield begin
    for path in survived:
        _forget(path)


def _check(path: Path, mark: _Mark, revision: str) -> None:
    """Set the marked document aside if ``MAX_CRASHES`` processes were killed while they read this ``revision``.

    :raises InvalidDocument: they were.
    """
    if mark.revision == revision and mark.attempts >= MAX_CRASHES:
        _write(path, mark._replace(is_set_aside=True))
        raise InvalidDocument(
            "",
            f"{mark.attempts} processes ended while they read it, so it is set aside; "
            "it is read again when it changes, or by hand with: blog sync --full",
        )


def set_aside(source: str) -> list[str]:
    """The source ids of the documents of ``source`` that are set aside."""
    return sorted(mark.source_id for _, mark in _marks() if mark.source == source and mark.is_set_aside)


def retry_set_aside() -> None:
    """Read each document that is set aside once more at the next sync."""
    for path, mark in _marks():
        if mark.is_set_aside:
            _write(path, mark._replace(attempts=MAX_CRASHES - 1, is_set_aside=False))


def forget_marks_but(source: str, rejected: Collection[str]) -> None:
    """After a full listing of ``source``: delete the marks of documents that it no longer has or no longer rejects."""
    for path, mark in _marks():
        if mark.source != source or mark.source_id not in rejected:
            _forget(path)


def forget_own_notes() -> None:
    """Delete the notes of this process, because it ends for another reason than the documents it reads."""
    for path in tuple(_own_notes):
        _forget(path)


def forget_notes_on_sigterm() -> None:
    """Delete this process's notes on SIGTERM, so that a normal stop does not count as a crash."""
    signal.signal(signal.SIGTERM, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    forget_own_notes()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


@contextmanager
def _own_note() -> Iterator[Callable[[_Mark], None]]:
    """Create a note of this process and yield the function that writes it.

    If the disk is full or read-only, documents are read without notes.
    """
    path = _folder() / f"{uuid4().hex}{NOTE}"
    try:
        descriptor = _open(path, os.O_EXCL)
    except OSError:
        yield lambda _mark: None
        return
    _own_notes.add(path)
    try:
        with suppress(OSError):  # A file system without locks: no crash is counted then.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield partial(_put, descriptor)
    finally:
        _forget(path)
        _own_notes.discard(path)
        os.close(descriptor)


def _count_crashes() -> None:
    """Turn the notes of killed processes into marks."""
    for path in _files():
        if path.suffix == NOTE and path not in _own_notes:
            with suppress(OSError), path.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # Raises an error while the process lives.
                crashed = _read(path)  # None if another process has just counted it.
                if crashed is not None:
                    _count(crashed)
                    path.unlink()


def _count(crashed: _Mark) -> None:
    path = _path(crashed.source, crashed.source_id)
    mark = _read(path)
    before = mark.attempts if mark is not None and mark.revision == crashed.revision else 0
    _write(path, crashed._replace(attempts=before + 1))


def _folder() -> Path:
    return settings.instance / FOLDER


def _path(source: str, source_id: str) -> Path:
    """The mark of a document."""
    return _folder() / sha256(f"{source}\0{source_id}".encode(errors="surrogateescape")).hexdigest()[:32]


def _files() -> list[Path]:
    try:
        return list(_folder().iterdir())
    except OSError:
        return []


def _marks() -> Iterator[tuple[Path, _Mark]]:
    for path in _files():
        mark = _read(path) if path.suffix != NOTE else None
        if mark is not None:
            yield path, mark


def _read(path: Path) -> _Mark | None:
    """The content of a mark or a note; ``None`` if it is incomplete."""
    try:
        return _Mark(**json.loads(path.read_text(encoding="utf-8").partition("\n")[0]))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, mark: _Mark) -> None:
    """Write a mark; without effect if the disk is full or read-only."""
    with suppress(OSError):
        descriptor = _open(path, os.O_TRUNC)
        try:
            _put(descriptor, mark)
        finally:
            os.close(descriptor)


def _open(path: Path, flags: int) -> int:
    flags |= os.O_CREAT | os.O_WRONLY
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        return os.open(path, flags, 0o600)


def _put(descriptor: int, mark: _Mark) -> None:
    # The line end shows where the text ends, because a longer one may have been there before.
    with suppress(OSError):
        os.pwrite(descriptor, f"{json.dumps(mark._asdict())}\n".encode(), 0)


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
