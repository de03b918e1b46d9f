"""The instance folder, its secret key and locks, and Flask's configuration."""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from blog.config import Settings
from blog.errors import OperatorError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MAX_REQUEST_BYTES = 256 * 1024
MAX_FORM_PARTS = 50


class InstanceUnwritable(OperatorError):
    """The instance folder cannot be created or written to."""


class BlogIsRunning(OperatorError):
    """A blog or a restore is running in this instance folder."""


def init_app(app: Flask, settings: Settings) -> None:
    """Create the instance folder and configure Flask from ``settings``."""
    app.config["BLOG"] = settings
    make_folder(settings.instance)
    app.config.update(
        SECRET_KEY=settings.secret_key or secret_key(settings.instance),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="blog_session",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,  # forms set their language themselves, so that WTForms caches its translations
    )


def trust_proxies(app: "WSGIApplication", settings: Settings) -> "WSGIApplication":
    """Wrap ``app`` in ProxyFix for ``settings.proxies`` hops. This must be the outermost WSGI layer."""
    if not settings.proxies:
        return app
    return ProxyFix(app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)


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


def hold_running_lock(folder: Path) -> None:
    """Hold a shared lock until this process and its forks have ended, so that no restore can start in ``folder``.

    :raises BlogIsRunning: a backup is being restored there.
    """
    try:
        _locked(folder, fcntl.LOCK_SH)
    except BlogIsRunning as error:
        raise BlogIsRunning("A backup is being restored. Start the blog when that has ended.") from error
    except OSError:
        # The folder is read-only, so a restore is not possible either and no lock is needed.
        return


@contextmanager
def hold_stopped_lock(folder: Path) -> Iterator[None]:
    """Hold an exclusive lock during the block, so that no blog can start in ``folder``.

    :raises BlogIsRunning: a blog is running there.
    """
    lock = _locked(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def _locked(folder: Path, kind: int) -> int:
    """Take the lock and return its file descriptor. The lock ends when all copies of it, also in forks, are closed."""
    descriptor = os.open(folder / "running.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise BlogIsRunning(f"A blog runs in {folder}.") from error
    return descriptor


def open_private(path: Path) -> IO[bytes]:
    """Create a file for writing that only its owner can read."""
    return open(path, "xb", opener=partial(os.open, mode=0o600))


def readable_by_others(folder: Path) -> list[Path]:
    """Return which of the instance folder, its secret key and its databases other users can access."""
    private = [folder, *folder.glob("secret_key"), *folder.glob("*.sqlite3*")]
    return [path for path in private if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]


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
        raise InstanceUnwritable(
            f"The instance folder {folder} cannot be used ({getattr(error, 'strerror', None) or error}). "
            "Make it writable for this user, or set BLOG_INSTANCE to a folder that is."
        ) from error
    if len(key) < 32:
        raise InstanceUnwritable(f"{path} contains no usable key. Delete it; moderators will then sign in again.")
    return key


def _write_once(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` unless it exists. If two processes try at once, only the first one's text is kept."""
    if path.exists():
        return
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
