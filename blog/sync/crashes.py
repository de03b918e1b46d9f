"""Sets aside a document that crashes the processes that read it, so that it does not block the other documents.

A process that is killed cannot write anything. So a mark, a small file in the instance folder, is written before a
document is read and removed afterwards. A mark that is still there next time means that a process ended meanwhile.
"""

import json
import os
import signal
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from blog.config import settings
from blog.content.documents import InvalidDocument
from blog.sources.base import SourceItem

FOLDER = "being-read"
MAX_CRASHES = 2

_own_marks: set[Path] = set()
"""The marks of what this process is reading now."""


class _Mark(NamedTuple):
    """One version of a document, and how many processes began to read it and did not finish."""

    source: str
    source_id: str
    revision: str
    attempts: int = 0
    is_set_aside: bool = False


@contextmanager
def reading(source: str, listed: SourceItem) -> Iterator[None]:
    """Mark ``listed`` as being read, in case this process ends before the block does.

    :raises InvalidDocument: ``MAX_CRASHES`` processes have ended while they read this version.
    """
    path = _path(source, listed.source_id)
    mark = _Mark(source, listed.source_id, listed.revision)
    # Nearly always there is no mark yet, so it is created without a look for an old one.
    if not _write(path, mark._replace(attempts=1), is_new=True):
        _count_attempt(path, mark)
    _own_marks.add(path)
    try:
        yield
    finally:
        _forget(path)
        _own_marks.discard(path)


def _count_attempt(path: Path, mark: _Mark) -> None:
    """Count one more attempt in the mark that an ended process has left at ``path``.

    :raises InvalidDocument: there were ``MAX_CRASHES`` attempts at this version.
    """
    left = _read(path)
    if left is not None and left.revision == mark.revision:
        mark = left
    if mark.attempts >= MAX_CRASHES:
        _write(path, mark._replace(is_set_aside=True))
        raise InvalidDocument(
            "",
            f"{mark.attempts} processes ended while they read it, so it is set aside; "
            "it is read again when it changes, or by hand with: blog sync --full",
        )
    _write(path, mark._replace(attempts=mark.attempts + 1))


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


def forget_own_marks() -> None:
    """Delete the marks of this process, because it ends for another reason than the documents it reads."""
    for path in tuple(_own_marks):
        _forget(path)


def forget_marks_on_sigterm() -> None:
    """Delete this process's marks on SIGTERM, so that a normal stop does not count as a crash."""
    signal.signal(signal.SIGTERM, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    forget_own_marks()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _path(source: str, source_id: str) -> Path:
    name = sha256(f"{source}\0{source_id}".encode(errors="surrogateescape")).hexdigest()[:32]
    return settings.instance / FOLDER / name


def _marks() -> Iterator[tuple[Path, _Mark]]:
    folder = settings.instance / FOLDER
    for path in list(folder.iterdir()) if folder.is_dir() else ():
        mark = _read(path)
        if mark is not None:
            yield path, mark


def _read(path: Path) -> _Mark | None:
    """The mark at ``path``; ``None`` if it is incomplete."""
    try:
        return _Mark(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, mark: _Mark, *, is_new: bool = False) -> bool:
    """Write a mark; return whether it could be written. One that ``is_new`` never replaces another.

    If the disk is full or read-only, documents are read without marks.
    """
    flags = os.O_CREAT | os.O_WRONLY | (os.O_EXCL if is_new else os.O_TRUNC)
    try:
        try:
            descriptor = os.open(path, flags, 0o600)
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(path, flags, 0o600)
        try:
            os.write(descriptor, json.dumps(mark._asdict()).encode())
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
