"""The instance folder, its secret key, and Flask's configuration made from our settings."""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from blog.config import Settings
from blog.errors import OperatorError
from blog.postgresql import engine_options

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MAX_REQUEST_BYTES = 256 * 1024
MAX_FORM_PARTS = 50


class InstanceUnwritable(OperatorError):
    """The instance folder cannot be made or written to."""


class BlogIsRunning(OperatorError):
    """A blog runs in this instance folder, or a restore does."""


def init_app(app: Flask, settings: Settings) -> None:
    """Make the instance folder usable and configure Flask from ``settings``."""
    app.config["BLOG"] = settings
    make_folder(settings.instance)
    app.config.update(
        SECRET_KEY=settings.secret_key or secret_key(settings.instance),
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.sqlalchemy_url),
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
        WTF_I18N_ENABLED=False,  # forms name their language themselves, so that WTForms keeps what it has read
    )


def trust_proxies(app: "WSGIApplication", settings: Settings) -> "WSGIApplication":
    """``app`` behind ProxyFix for ``settings.proxies`` hops; this must be the outermost WSGI layer."""
    if not settings.proxies:
        return app
    return ProxyFix(app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)


def make_folder(folder: Path) -> None:
    """Make the instance folder, closed to everyone else; one that exists keeps its mode.

    :raises InstanceUnwritable: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InstanceUnwritable(
            f"The instance folder {folder} cannot be used ({error.strerror}). "
            "Make it writable for this user, or set BLOG_INSTANCE to a folder that is."
        ) from error


def hold_running_lock(folder: Path) -> None:
    """Say, until this process and those that it forks have ended, that a blog runs in ``folder``.

    :raises BlogIsRunning: a backup is being restored there.
    """
    try:
        _locked(folder, fcntl.LOCK_SH)
    except BlogIsRunning as error:
        raise BlogIsRunning("A backup is being restored. Start the blog when that has ended.") from error
    except OSError:
        # Nothing can be restored into a folder that cannot be written to either.
        return


@contextmanager
def hold_stopped_lock(folder: Path) -> Iterator[None]:
    """See that no blog runs in ``folder``, and let none start, until the block ends.

    :raises BlogIsRunning: one does.
    """
    lock = _locked(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def _locked(folder: Path, kind: int) -> int:
    """A file descriptor that holds the lock until it is closed, here and in processes forked from this one."""
    descriptor = os.open(folder / "running.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise BlogIsRunning(f"A blog runs in {folder}.") from error
    return descriptor


def open_private(path: Path, mode: Literal["xb"] = "xb") -> IO[bytes]:
    """A new file for writing that only its owner can read."""
    return open(path, mode, opener=partial(os.open, mode=0o600))


def readable_by_others(folder: Path) -> list[Path]:
    """The instance folder, its secret key and its databases, as far as other users can read or enter them."""
    private = [folder, *folder.glob("secret_key"), *folder.glob("*.sqlite3*")]
    return [path for path in private if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]


def secret_key(folder: Path) -> str:
    """The key kept in ``folder``; generated at the first start, readable by its owner alone.

    :raises InstanceUnwritable: the folder or the file cannot be made or read.
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
        raise InstanceUnwritable(f"{path} holds no usable key. Delete it; moderators will then sign in again.")
    return key


def _write_once(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` unless it exists; of two processes that race, one wins and both read the same."""
    if path.exists():
        return
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="ascii")
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
