"""Finds and removes images that no article and no draft shows any more."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from blog.content.drafts import Draft
from blog.content.models import Article
from blog.errors import OperatorError
from blog.extensions import db
from blog.markup import srcset
from blog.media.store import NAME, media_folder
from blog.sync.lock import sync_lock

REFERENCE = re.compile(rf"{srcset.FOLDER}([0-9a-z-]+\.[a-z]+)")
UNFINISHED = re.compile(r"\.[0-9a-z-]+\.[a-z]+\.\d+\.[0-9a-f]{8}")
"""What a process leaves that is killed while it writes an image."""
SECONDS_A_DAY = 24 * 60 * 60
BATCH_SIZE = 500


class NothingShown(OperatorError):
    """Every image would go, which is more likely a wrong database than a wish."""

    def __init__(self) -> None:
        super().__init__("The database has neither articles nor drafts, so no image is removed. See BLOG_DATABASE_URL.")


@dataclass(frozen=True, slots=True)
class Unused:
    """A file that nothing refers to, and its size in bytes."""

    path: Path
    size: int


def unused(days: int) -> list[Unused]:
    """The images and their copies that nothing refers to and that have lain there for ``days`` at least, by name.

    An article that is withdrawn keeps its images, for it may come back. Files that are not images of ours do not count.

    :raises NothingShown: there is no article and no draft.
    """
    shown = _shown()
    latest = time.time() - days * SECONDS_A_DAY
    found = []
    for path in sorted(media_folder().glob("*")):
        status = path.stat()
        is_ours = NAME.fullmatch(path.name) or UNFINISHED.fullmatch(path.name)
        if is_ours and path.name not in shown and status.st_mtime <= latest:
            found.append(Unused(path, status.st_size))
    return found


def prune(days: int) -> list[Unused]:
    """Remove what is :func:`unused`, while no sync can take any of it into use again; ``blog sync --full`` restores it.

    :raises NothingShown: there is no article and no draft.
    :raises SyncRunning: a sync runs, and does not end.
    """
    with sync_lock():
        removed = unused(days)
        for file in removed:
            file.path.unlink(missing_ok=True)
    return removed


def _shown() -> set[str]:
    names: set[str] = set()
    is_empty = True
    for text in _texts():
        is_empty = False
        names.update(REFERENCE.findall(text))
    if is_empty:
        raise NothingShown
    beside = (files.values() for name in names for files in srcset.copies(name).values())
    return names.union(*beside)


def _texts() -> Iterator[str]:
    """Wherever an image may be named."""
    articles = select(Article.body_html, Article.image).execution_options(yield_per=BATCH_SIZE)
    for body_html, image in db.session.execute(articles):
        yield f"{image or ''} {body_html}"
    for draft in db.session.scalars(select(Draft).execution_options(yield_per=BATCH_SIZE)):
        yield f"{draft.document['image'] or ''} {draft.document['body']}"
