"""The files that remember crashes: a note of what each process reads, and a mark for each document that crashed one.

They are in one folder, and both are one line of JSON.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from blog.config import settings

FOLDER = "being-read"
NOTE = ".note"
"""The end of a note's name; other files in the folder are marks."""


class Mark(NamedTuple):
    """One version of a document, and how many processes were killed while they read it."""

    source: str
    source_id: str
    revision: str
    attempts: int = 0
    is_set_aside: bool = False


def folder() -> Path:
    """The folder for marks and notes, which may not exist yet."""
    return settings.instance / FOLDER


def files() -> list[Path]:
    """All marks and notes."""
    try:
        return list(folder().iterdir())
    except OSError:
        return []


def read(path: Path) -> Mark | None:
    """The content of a mark or a note; ``None`` if it is incomplete."""
    try:
        return Mark(**json.loads(path.read_text(encoding="utf-8").partition("\n")[0]))
    except (OSError, ValueError, TypeError):
        return None


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
    # No fsync, which takes long: what a killed process has written stays in the kernel. Only a power cut loses it.
    with suppress(OSError):
        os.pwrite(descriptor, f"{json.dumps(mark._asdict())}\n".encode(), 0)


def delete(path: Path) -> None:
    """Delete a mark or a note, if possible."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
