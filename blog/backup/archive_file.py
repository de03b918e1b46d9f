"""Writes, reads and checks the backup file: a tar archive whose first member lists all others with SHA-256 sums."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from blog.backup import Progress
from blog.errors import OperatorError
from blog.instance import open_private

FORMAT = 1
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024


class BackupUnusable(OperatorError):
    """A backup cannot be written or restored."""


@dataclass(frozen=True)
class Manifest:
    """The table of contents of a backup: kind of database, schema, and the size and SHA-256 sum of each file."""

    database: str
    schema: str
    created_at: str
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT


def write(path: Path, folder: Path, manifest: Manifest, files: dict[str, Path], progress: Progress) -> None:
    """Write ``files``, by their names in the archive, to ``path``. After an error there is no file at ``path``.

    :param folder: holds the file until it is complete, in the same file system as ``path``.
    :raises BackupUnusable: ``path`` exists already.
    :raises OSError: ``path`` cannot be written, or a file cannot be read.
    """
    if path.exists():
        raise BackupUnusable(f"{path} exists already. Choose another name; a backup is never overwritten.")
    unfinished = folder / "backup.tar"
    with open_private(unfinished) as file, tarfile.open(fileobj=file, mode="w") as archive:
        _add(archive, manifest, files, progress)
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    _move_to_new(unfinished, path)


def _move_to_new(unfinished: Path, path: Path) -> None:
    """Give ``unfinished`` the name ``path``.

    :raises FileExistsError: there is such a file by now.
    """
    try:
        # Unlike a rename, a link never replaces a file that another program has created meanwhile.
        os.link(unfinished, path)
    except FileExistsError:
        raise
    except OSError:  # the file systems of USB sticks and of many servers have no links
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        unfinished.replace(path)


def _add(archive: tarfile.TarFile, manifest: Manifest, files: dict[str, Path], progress: Progress) -> None:
    listed = {name: (path.stat().st_size, sha256(path)) for name, path in files.items()}
    text = json.dumps(asdict(manifest) | {"files": listed}, indent=1).encode()
    member = tarfile.TarInfo(MANIFEST)
    member.size, member.mode = len(text), 0o600
    archive.addfile(member, io.BytesIO(text))
    for done, (name, path) in enumerate(files.items()):
        progress("Writing files", done, len(files))
        member = tarfile.TarInfo(name)
        member.size, member.mode = listed[name][0], 0o600
        with path.open("rb") as file:
            archive.addfile(member, file)


@contextmanager
def reading(path: Path) -> Iterator[tuple[tarfile.TarFile, Manifest]]:
    """Open the archive at ``path`` and yield it with its manifest.

    :raises BackupUnusable: the file is not a backup, or it is damaged.
    """
    try:
        # “r:” refuses compressed archives, of which a small one could fill the disk.
        with tarfile.open(path, mode="r:") as archive:
            yield archive, _manifest(archive)
    # Any of these may come from a strange manifest or a cut file, also while the block unpacks it.
    except (tarfile.TarError, OSError, EOFError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BackupUnusable(f"{path} cannot be read as a backup ({reason}). Nothing was changed.") from error


def _manifest(archive: tarfile.TarFile) -> Manifest:
    first = archive.next()
    if first is None or first.name != MANIFEST or first.size > MAX_MANIFEST_BYTES:
        raise ValueError("it does not begin with a manifest")
    content = archive.extractfile(first)
    values = json.loads(content.read()) if content else {}
    if values.get("format") != FORMAT:
        raise ValueError("its format is not known to this version of the blog")
    values["files"] = {_safe(name): (int(size), str(digest)) for name, (size, digest) in values["files"].items()}
    return Manifest(**values)


def _safe(name: str) -> str:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name:
        raise ValueError(f"it names a file outside the backup: {name!r}")
    return name


def extract(archive: tarfile.TarFile, manifest: Manifest, folder: Path, progress: Progress) -> None:
    """Unpack all files into ``folder`` and check each against the manifest.

    :raises ValueError: a file is missing, damaged or not in the manifest.
    """
    missing = dict(manifest.files)
    for member in archive:
        if member.name == MANIFEST:
            continue
        progress("Unpacking files", len(manifest.files) - len(missing), len(manifest.files))
        # Only regular files that the manifest names: a link could lead the next file out of the folder.
        size, digest = missing.pop(member.name, (-1, ""))
        content = archive.extractfile(member) if member.isfile() and member.size == size else None
        if content is None:
            raise ValueError(f"{member.name} differs from the manifest")
        target = folder / member.name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open_private(target) as file:
            while chunk := content.read(CHUNK_BYTES):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if sha256(target) != digest:
            raise ValueError(f"{member.name} is damaged")
    if missing:
        raise ValueError(f"{len(missing)} files are missing, such as {next(iter(missing))}")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
