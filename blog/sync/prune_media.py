"""Finds and removes images that no article or draft uses any more."""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from blog.content.drafts import Draft
from blog.content.models import Article
from blog.errors import OperatorError
from blog.extensions import db
from blog.markup import image_widths
from blog.media.store import NAME, media_folder
from blog.sync.image_fetcher import forget_images
from blog.sync.lock import sync_lock

REFERENCE = re.compile(rf"{image_widths.FOLDER}([0-9a-z-]+\.[a-z]+)")
UNFINISHED = re.compile(r"\.[0-9a-z-]+\.[a-z]+\.\d+\.[0-9a-f]{8}")
"""Names of temporary files left by a process that was killed while it wrote an image."""
SECONDS_A_DAY = 24 * 60 * 60
BATCH_SIZE = 500


class NoArticles(OperatorError):
    """Every image would be removed; probably the wrong database is configured."""

    def __init__(self) -> None:
        super().__init__(
            "No image was removed, because the database has no articles or drafts. Check BLOG_DATABASE_URL."
        )


@dataclass(frozen=True, slots=True)
class Unused:
    """An unused file and its size in bytes."""

    path: Path
    size: int


def unused(days: int) -> list[Unused]:
    """The unused images and their copies that are at least ``days`` old, sorted by name.

    Withdrawn articles keep their images, because they may come back. Files not written by this program are ignored.

    :raises NoArticles: there is no article and no draft.
    """
    shown = _shown()
    latest = time.time() - days * SECONDS_A_DAY
    found = []
    for path in sorted(media_folder().glob("*")):
        is_ours = NAME.fullmatch(path.name) or UNFINISHED.fullmatch(path.name)
        if is_ours and path.name not in shown:
            with suppress(FileNotFoundError):  # a sync has renamed its unfinished file
                status = path.stat()
                if status.st_mtime <= latest:
                    found.append(Unused(path, status.st_size))
    return found


def prune(days: int) -> list[Unused]:
    """Remove :func:`unused` files under the sync lock, so that no sync uses one of them again meanwhile.

    :raises NoArticles: there is no article and no draft.
    :raises SyncRunning: a sync runs for too long.
    """
    with sync_lock():
        removed = unused(days)
        for file in removed:
            file.path.unlink(missing_ok=True)
        # If the process is killed before this, no harm is done: ImageFetcher checks that the files still exist.
        forget_images(f"{image_widths.FOLDER}{file.path.name}" for file in removed)
    return removed


def _shown() -> set[str]:
    names: set[str] = set()
    is_empty = True
    for text in _texts():
        is_empty = False
        names.update(REFERENCE.findall(text))
    if is_empty:
        raise NoArticles
    beside = (files.values() for name in names for files in image_widths.copies(name).values())
    return names.union(*beside)


def _texts() -> Iterator[str]:
    """All texts that may refer to an image."""
    articles = select(Article.body_html, Article.image).execution_options(yield_per=BATCH_SIZE)
    for body_html, image in db.session.execute(articles):
        yield f"{image or ''} {body_html}"
    for draft in db.session.scalars(select(Draft).execution_options(yield_per=BATCH_SIZE)):
        yield f"{draft.document['image'] or ''} {draft.document['body']}"
