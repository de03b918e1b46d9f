"""Fetches the images of a remote source: each once per sync, several hosts in parallel, and none that is stored."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from hashlib import sha256
from html import unescape
from itertools import chain, islice
from urllib.parse import urlsplit

from flask import Flask, current_app
from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from blog.content.documents import Document
from blog.database import write_transaction
from blog.errors import OperatorError
from blog.extensions import Model, db
from blog.media.store import StoredImage, is_stored, store_image
from blog.sources.base import MAX_IMAGES, RemoteSource, SourceItem
from blog.sync.batches import batches

MAX_HOSTS = 8
"""How many hosts are asked for images at the same time; each is asked for one image at a time."""
STORING_VERSION = 1
"""Increase this when the same picture would be stored as different files, so that the next sync fetches it again."""
# Every repetition has a limit, so that a hostile text takes linear time.
IMAGE = re.compile(r"""<img\s(?:[^<>]{0,4000}?\s)?src\s*=\s*(?:"([^"<>]{1,2000})"|'([^'<>]{1,2000})')""", re.IGNORECASE)


class FetchedImage(Model):
    """A fetched picture, and the image of this site that was made from it."""

    __tablename__ = "fetched_image"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(String(200), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]


class ImageFetcher:
    """Fetches the images of ``source`` during one sync; with ``refetch``, those that are stored as well."""

    def __init__(self, source: RemoteSource, *, refetch: bool) -> None:
        self._source = source
        self._refetch = refetch
        self._found: dict[str, StoredImage | str] = {}
        """Images by their references, or the reason why an image cannot be fetched."""

    def image(self, reference: str) -> StoredImage:
        """The image as stored on this site.

        :raises ValueError: it cannot be fetched.
        :raises InstanceUnwritable: it cannot be stored.
        """
        if reference not in self._found:
            self._fetch([reference])
        found = self._found[reference]
        if isinstance(found, StoredImage):
            return found
        raise ValueError(found)

    def prefetch(self, items: Sequence[SourceItem]) -> list[SourceItem]:
        """Read ``items`` and fetch most of their images in advance, because one after the other would take long.

        :raises InstanceUnwritable: an image cannot be stored.
        """
        read = [_read(item) for item in items]
        self._fetch(reference for _, document in read if document for reference in _references(document))
        return [item for item, _ in read]

    def _fetch(self, references: Iterable[str]) -> None:
        wanted = [one for one in dict.fromkeys(references) if one not in self._found and self._source.owns_image(one)]
        if not wanted:
            return
        if not self._refetch:
            self._found |= self._known(wanted)
        hosts: dict[str, list[str]] = defaultdict(list)
        for reference in wanted:
            if reference not in self._found:
                hosts[_host(reference)].append(reference)
        if not hosts:
            return
        # The threads only download and store files. The database and _found belong to this thread alone.
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents
        fresh: dict[str, StoredImage | str] = {}
        with ThreadPoolExecutor(min(MAX_HOSTS, len(hosts)), "images") as threads:
            for found in threads.map(partial(self._fetch_in, app), hosts.values()):
                fresh |= found
        self._found |= fresh
        self._remember(fresh)

    def _fetch_in(self, app: Flask, references: Iterable[str]) -> dict[str, StoredImage | str]:
        # A new thread has no application context, but the settings are read from it.
        with app.app_context():
            return {reference: self._fetch_one(reference) for reference in references}

    def _fetch_one(self, reference: str) -> StoredImage | str:
        try:
            return store_image(self._source.open_image("", reference))
        except OSError as error:
            return error.strerror or str(error)
        except ValueError as error:
            return str(error)

    def _known(self, references: Sequence[str]) -> dict[str, StoredImage]:
        """The images among ``references`` that an earlier sync fetched and that are still stored."""
        by_key = {self._key(reference): reference for reference in references}
        rows = db.session.scalars(select(FetchedImage).where(FetchedImage.key.in_(by_key)))
        found = {by_key[row.key]: StoredImage(row.address, row.width, row.height) for row in rows}
        db.session.commit()
        # A row does not prove that the files still exist: somebody may have deleted them.
        return {reference: image for reference, image in found.items() if is_stored(image)}

    def _remember(self, fresh: dict[str, StoredImage | str]) -> None:
        stored = {name: image for name, image in fresh.items() if isinstance(image, StoredImage)}
        if not stored:
            return
        with write_transaction(db.session()) as session:
            for reference, image in stored.items():
                key = self._key(reference)
                # The row may exist already: after a full sync, or if the files were lost.
                session.merge(FetchedImage(key=key, address=image.address, width=image.width, height=image.height))
        db.session.expunge_all()

    def _key(self, reference: str) -> str:
        return sha256(f"{STORING_VERSION} {self._source.name} {reference}".encode(errors="replace")).hexdigest()


def forget_images(addresses: Iterable[str]) -> None:
    """Forget these removed images, so that they are fetched again when they are needed."""
    for some in batches(addresses):
        with write_transaction(db.session()) as session:
            session.execute(delete(FetchedImage).where(FetchedImage.address.in_(some)))


def _read(item: SourceItem) -> tuple[SourceItem, Document | None]:
    """An item with its document already read, and the document; an unreadable item is unchanged."""
    try:
        document = item.load()
    except OperatorError:
        raise
    # prepare() loads the item again, and reports the error.
    except Exception:
        return item, None
    return replace(item, load=lambda: document), document


def _references(document: Document) -> Iterator[str]:
    """The first ``MAX_IMAGES`` that ``document`` seems to show. Missed ones are fetched when they are needed."""
    shown = (unescape(found[1] or found[2]) for found in IMAGE.finditer(document.body))
    return islice(dict.fromkeys(chain(filter(None, [document.image]), shown)), MAX_IMAGES)


def _host(reference: str) -> str:
    try:
        return urlsplit(reference).netloc.lower()
    except ValueError:
        return ""
