"""Marks of documents that crashed the processes that read them: a small file each, which counts how often."""

import json
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from blog.config import settings
from blog.content.documents import InvalidDocument

FOLDER = "being-read"
NOTE = ".note"
"""The end of a note's name; other files in the folder are marks."""
MAX_CRASHES = 2


class Mark(NamedTuple):
    """One version of a document, and how many processes were killed while they read it."""

    source: str
    source_id: str
    revision: str
    attempts: int = 0
    is_set_aside: bool = False


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
            _store(path, mark._replace(attempts=MAX_CRASHES - 1, is_set_aside=False))


def forget_marks_but(source: str, rejected: Collection[str]) -> None:
    """After a full listing of ``source``: delete the marks of documents that it no longer has or no longer rejects."""
    for path, mark in marks():
        if mark.source != source or mark.source_id not in rejected:
            forget(path)


def count(crashed: Mark) -> None:
    """Note in the mark of a document that one more process was killed while it read the document."""
    path = path_of(crashed.source, crashed.source_id)
    mark = read(path)
    before = mark.attempts if mark is not None and mark.revision == crashed.revision else 0
    _store(path, crashed._replace(attempts=before + 1))


def folder() -> Path:
    """The folder for marks and notes, which may not exist yet."""
    return settings.instance / FOLDER


def path_of(source: str, source_id: str) -> Path:
    """The file of a document's mark."""
    return folder() / sha256(f"{source}\0{source_id}".encode(errors="surrogateescape")).hexdigest()[:32]


def files() -> list[Path]:
    """All marks and notes."""
    try:
        return list(folder().iterdir())
    except OSError:
        return []


def marks() -> Iterator[tuple[Path, Mark]]:
    """All complete marks with their files."""
    for path in files():
        mark = read(path) if path.suffix != NOTE else None
        if mark is not None:
            yield path, mark


def read(path: Path) -> Mark | None:
    """The content of a mark or a note; ``None`` if it is incomplete."""
    try:
        return Mark(**json.loads(path.read_text(encoding="utf-8").partition("\n")[0]))
    except (OSError, ValueError, TypeError):
        return None


def _store(path: Path, mark: Mark) -> None:
    """Write a mark; without effect if the disk is full or read-only."""
    with suppress(OSError):
        descriptor = open_file(path, os.O_TRUNC)
        try:
            put(descriptor, mark)
        finally:
            os.close(descriptor)


def open_file(path: Path, flags: int) -> int:
    """The descriptor of a mark or a note that is opened for writing; its folder is made if need be."""
    flags |= os.O_CREAT | os.O_WRONLY
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        return os.open(path, flags, 0o600)


def put(descriptor: int, mark: Mark) -> None:
    """Write ``mark`` at the start of a file; without effect if the disk is full or read-only."""
    # The line end shows where the text ends, because a longer one may have been there before.
    with suppress(OSError):
        os.pwrite(descriptor, f"{json.dumps(mark._asdict())}\n".encode(), 0)


def forget(path: Path) -> None:
    """Delete a mark or a note, if possible."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
