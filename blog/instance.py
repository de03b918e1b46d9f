"""The instance folder and its secret key. Only their owner may read them."""

import os
import secrets
import stat
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

from blog.errors import OperatorError


class InstanceUnwritable(OperatorError):
    """The instance folder cannot be created or written to."""


def make_folder(folder: Path) -> None:
    """Create the instance folder for its owner only. An existing folder keeps its mode.

    :raises InstanceUnwritable: the folder cannot be created.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InstanceUnwritable(
            f"The instance folder {folder} cannot be used ({error.strerror}). "
            "Make it writable for this user, or set BLOG_INSTANCE to a folder that is."
        ) from error


def open_private(path: Path) -> IO[bytes]:
    """Create a file for writing that only its owner can read."""
    # “x”, because a file that exists already would keep its mode, and a link would be followed.
    return open(path, "xb", opener=partial(os.open, mode=0o600))


def readable_by_others(folder: Path) -> list[Path]:
    """Return which of the instance folder, its secret key and its databases other users can access."""
    private = [folder, *folder.glob("secret_key"), *folder.glob("*.sqlite3*")]
    return [path for path in private if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]


def unusable_files(folder: Path) -> list[Path]:
    """Return which files the blog may not read and write, because another user, such as root, has created them."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    # SQLite may delete one of its files meanwhile.
    return [path for path in files if not os.access(path, os.R_OK | os.W_OK) and path.exists()]


def secret_key(folder: Path) -> str:
    """Return the key stored in ``folder``. It is generated at the first start, readable only by its owner.

    :raises InstanceUnwritable: the folder or the file cannot be created or read.
    """
    path = folder / "secret_key"
    make_folder(folder)
    try:
        _write_once(path, secrets.token_urlsafe(48))
        key = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        what = f"{path} cannot be used ({getattr(error, 'strerror', None) or error})."
        how = "Let this user write to it and to its folder, or set BLOG_INSTANCE to another folder."
        raise InstanceUnwritable(f"{what} {how}") from error
    if len(key) < 32:
        how = "Restore it, or delete it: then moderators sign in again, and set up their authenticator apps again."
        raise InstanceUnwritable(f"{path} contains no usable key. {how}")
    return key


def _write_once(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` unless it exists. If two processes try at once, only the first one's text is kept."""
    if path.exists():
        return
    # Written under another name and then linked, so that no process can read a part of it. Unlike a rename, a link
    # does not replace the file that another process has written meanwhile.
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open_private(fresh) as file:
            file.write(text.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
