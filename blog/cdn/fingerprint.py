"""Fingerprint of everything except database rows that affects pages: code, static files, theme, settings.

When it changes, no row was changed and no key is purged, but every page may be different.
"""

import hashlib
from dataclasses import fields
from pathlib import Path

from blog.config import SECRETS, Settings
from blog.paths import PACKAGE, STATIC


def fingerprint(settings: Settings) -> str:
    """Return a SHA-256 in hexadecimal; machines with the same files and settings get the same value."""
    values = [
        f"{field.name}={getattr(settings, field.name)}" for field in fields(settings) if field.name not in SECRETS
    ]
    digest = hashlib.sha256("\n".join(values).encode())
    for folder in filter(None, (PACKAGE, STATIC, settings.theme)):
        for path in _files(folder):
            digest.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(_content(path)).digest())
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    # Python writes __pycache__ while the blog runs, and its files differ between machines.
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b"A file that cannot be read shows on no page."
