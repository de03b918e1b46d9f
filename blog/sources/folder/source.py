"""A folder of Markdown and HTML files, each one article.

All subfolders are included. Hidden files and READMEs are skipped: a README documents the folder and is not an article.
``on-tea/index.md`` is the article ``on-tea``. Symbolic links that lead out of the folder are refused, so that an
article cannot publish other files of the server.
"""

import errno
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Self
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from blog.content.documents import Document, InvalidDocument
from blog.sources.base import MAX_IMAGE_BYTES, SourceItem, SourceUnavailable
from blog.sources.folder import front_matter
from blog.sources.folder.document import ArticleFile, make_document, modified_at
from blog.sources.folder.files import MAX_TEXT_BYTES, read_bytes, read_text
from blog.sources.folder.git_history import Times, commit_times

SUFFIXES = (".md", ".markdown", ".html")

IMAGE_SUFFIX = re.compile(rb"\.(?:png|jpe?g|gif|webp|avif|svg)\b", re.IGNORECASE)
NOT_IN_REFERENCE = re.compile(rb"[\s\"'()<>\[\]=]")
MAX_REFERENCE = 300

GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG})
"""Error codes for a path that leads to no file."""

FIELD_NAMES = {"former_urls": "redirect_from"}
"""Document fields that have another name in front matter."""


@dataclass(frozen=True)
class FolderSource:
    """The articles in ``folder``; times without a time zone are in ``zone``."""

    name: str
    folder: Path
    zone: ZoneInfo
    _walked: set[Path] = field(default_factory=set, init=False, compare=False, repr=False)
    """Folders of the last listing. Files in them that are not links need no check that they are inside the folder."""

    def __reduce__(self) -> tuple[type[Self], tuple[str, Path, ZoneInfo]]:
        # The set of walked folders may be large, and another process does not need it.
        return type(self), (self.name, self.folder, self.zone)

    def listing(self) -> Iterator[SourceItem]:
        """Every article file, in the order of the paths.

        :raises SourceUnavailable: at the end, if a folder could not be read, because files may be missing then.
        """
        unreadable: list[OSError] = []
        times = commit_times(self.folder)
        self._walked.clear()
        for place, folders, files in os.walk(self.folder, onerror=unreadable.append):
            directory = Path(place)
            below = directory.relative_to(self.folder)
            self._walked.add(directory)
            # In place, because os.walk() goes into the folders that are left in this list, in its order.
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                if is_article(name):
                    yield self._listed((below / name).as_posix(), times)
        if unreadable:
            raise unavailable(unreadable[0])

    def count(self) -> int:
        """How many files :meth:`listing` would list, without reading them."""
        count = 0
        for _place, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            count += sum(is_article(name) for name in files)
        return count

    def find(self, source_id: str) -> SourceItem | None:
        """The file ``source_id``, if :meth:`listing` lists it.

        :raises SourceUnavailable: its folder cannot be read.
        """
        # A webhook call may name any path.
        if not is_article(source_id):
            return None
        try:
            (self.folder / source_id).stat()
            # The listing does not enter folders that are links, so their files have other ids.
            if any((self.folder / parent).is_symlink() for parent in PurePosixPath(source_id).parents[:-1]):
                return None
        except OSError as error:
            if error.errno in GONE:
                return None
            raise unavailable(error) from error
        return self._listed(source_id, commit_times(self.folder))

    def owns_image(self, reference: str) -> bool:
        """Whether the reference is a path, not a URL of another host."""
        return not reference.lower().startswith(("http://", "https://", "//"))

    def open_image(self, source_id: str, reference: str) -> bytes:
        """An image, by a path relative to the article's file, or relative to the folder if it begins with a slash."""
        return read_bytes(self._image_path(source_id, reference), MAX_IMAGE_BYTES)

    def _image_path(self, source_id: str, reference: str) -> Path:
        parts = urlsplit(reference)
        if parts.scheme or parts.netloc:
            raise ValueError("it is not in the folder")
        base = self.folder if parts.path.startswith("/") else (self.folder / source_id).parent
        # Without the slashes at the start, also those written as %2F: to join an absolute path would discard the base.
        return self._inside(base / unquote(parts.path).lstrip("/"))

    def _inside(self, path: Path) -> Path:
        """``path`` with symbolic links resolved.

        :raises ValueError: it is outside the folder.
        """
        # os.walk() follows no links, so the walked folders are inside. A path with “..” is not among them, because
        # Path keeps the “..”.
        if path.parent in self._walked and not path.is_symlink():
            return path
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(self._real_folder):
            raise ValueError("it is outside the folder")
        return real

    @cached_property
    def _real_folder(self) -> Path:
        return self.folder.resolve()

    def _listed(self, source_id: str, times: dict[str, Times]) -> SourceItem:
        path = self.folder / source_id
        committed = times.get(source_id)
        # A file name that is not UTF-8 cannot be stored in the database; use replacement characters.
        shown = os.fsencode(source_id).decode(errors="replace")
        return SourceItem(
            source_id=shown,
            revision=self._revision(path, shown, committed),
            load=partial(self._load, path, shown, committed),
            find_line=partial(self._find_line, path),
        )

    def _revision(self, path: Path, source_id: str, committed: Times | None) -> str:
        """A hash of everything the document is made from: the file, its times, the zone, and the images it names."""
        facts: list[object] = [self.zone.key, committed]
        try:
            data = read_bytes(self._inside(path), MAX_TEXT_BYTES)
            # With git, not the file's own time: each checkout changes it, and would make all articles look changed.
            facts += [committed or modified_at(path), sha256(data).hexdigest()]
        except (OSError, ValueError) as error:
            facts.append(str(error))
        else:
            facts.extend((name, self._image_facts(source_id, name)) for name in sorted(_image_references(data)))
        return sha256(repr(facts).encode(errors="surrogateescape")).hexdigest()[:32]

    def _image_facts(self, source_id: str, reference: str) -> object:
        try:
            found = self._image_path(source_id, reference).stat()
        except (OSError, ValueError):
            return None
        return (found.st_size, found.st_mtime_ns)

    def _find_line(self, path: Path, text: str) -> int | None:
        try:
            before, found, _ = read_text(self._inside(path)).partition(text)
        except (ValueError, InvalidDocument):
            return None
        return before.count("\n") + 1 if found else None

    def _load(self, path: Path, source_id: str, committed: Times | None) -> Document:
        try:
            text = read_text(self._inside(path))
        except ValueError as error:
            raise InvalidDocument("", str(error)) from error
        matter, body = front_matter.split(text)
        try:
            is_in_root = path.parent == self.folder
            return make_document(ArticleFile(path, source_id, matter, body, committed, is_in_root), self.zone)
        except InvalidDocument as error:
            name = FIELD_NAMES.get(error.field, error.field)
            line = error.line or matter.lines.get(name)
            raise InvalidDocument(name, error.why, line, error.title) from error


def is_article(path: str) -> bool:
    """Whether ``path``, relative to the folder, names a Markdown or HTML file that is not hidden and not a README.

    Only the shortest form of a path is accepted, because the path is the id of the article.
    """
    parts = path.split("/")
    # An absolute path has an empty part at its start, and “..” begins with a dot.
    if any(not part or part.startswith(".") for part in parts):
        return False
    stem, dot, suffix = parts[-1].rpartition(".")
    return f"{dot}{suffix.lower()}" in SUFFIXES and stem.casefold() != "readme"


def unavailable(error: OSError) -> SourceUnavailable:
    """The error for a folder that cannot be read."""
    return SourceUnavailable(
        f"The folder {error.filename} cannot be read ({error.strerror}). "
        "Make it readable for this user, or set BLOG_SOURCE to another one."
    )


def _image_references(data: bytes) -> set[str]:
    """Everything in a file that looks like an image path, found without parsing the file."""
    found = set()
    for suffix in IMAGE_SUFFIX.finditer(data):
        nearby = data[max(0, suffix.start() - MAX_REFERENCE) : suffix.end()]
        found.add(NOT_IN_REFERENCE.split(nearby)[-1].decode(errors="replace"))
    return found
