"""Sets aside the documents that crashed the processes that read them, so that they do not block the others.

Each has a mark, a file that counts how many processes were killed while they read this version of the document.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from blog.content.documents import InvalidDocument
from blog.sync import crash_files
from blog.sync.crash_files import Mark

MAX_CRASHES = 2


def check(path: Path, mark: Mark, revision: str) -> None:
    """Set the marked document aside if ``MAX_CRASHES`` processes were killed while they read this ``revision``.

    :raises InvalidDocument: they were.
    """
    if mark.revision == revision and mark.attempts >= MAX_CRASHES:
        _store(path, mark._replace(is_set_aside=True))
        raise InvalidDocument(
            "",
            f"{mark.attempts} processes ended while they read it, so it is set aside; "
            "it is read again when it changes, or by hand with: blog sync --full",
        )


def set_aside(source: str) -> list[str]:
    """The source ids of the documents of ``source`` that are set aside."""
    return sorted(mark.source_id for _, mark in marks() if mark.source == source and mark.is_set_aside)


def retry_set_aside() -> None:
    """Read each document that is set aside once more at the next sync."""
    for path, mark in marks():
        if mark.is_set_aside:
            # Not from 0 again: if the document is still the cause, one more crash sets it aside.
            _store(path, mark._replace(attempts=MAX_CRASHES - 1, is_set_aside=False))


def forget_marks_but(source: str, rejected: Collection[str]) -> None:
    """After a full listing of ``source``: delete the marks of documents that it no longer has or no longer rejects."""
    for path, mark in marks():
        if mark.source != source or mark.source_id not in rejected:
            crash_files.delete(path)


def count(crashed: Mark) -> None:
    """Note in the mark of a document that one more process was killed while it read the document."""
    path = path_of(crashed.source, crashed.source_id)
    mark = crash_files.read(path)
    before = mark.attempts if mark is not None and mark.revision == crashed.revision else 0
    _store(path, crashed._replace(attempts=before + 1))


def path_of(source: str, source_id: str) -> Path:
    """The file of a document's mark."""
    return crash_files.folder() / sha256(f"{source}\0{source_id}".encode(errors="surrogateescape")).hexdigest()[:32]


def marks() -> Iterator[tuple[Path, Mark]]:
    """All complete marks with their files."""
    for path in crash_files.files():
        mark = crash_files.read(path) if path.suffix != crash_files.NOTE else None
        if mark is not None:
            yield path, mark


def _store(path: Path, mark: Mark) -> None:
    """Write a mark; without effect if the disk is full or read-only."""
    with suppress(OSError):
        descriptor = crash_files.open_file(path, os.O_TRUNC)
        try:
            crash_files.put(descriptor, mark)
        finally:
            os.close(descriptor)
