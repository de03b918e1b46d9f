"""What pages are made with beside rows. When it changes, no purge tells, and yet all pages are others."""

import hashlib
from dataclasses import fields
from pathlib import Path

from blog.config import SECRETS, Settings
from blog.paths import PACKAGE, STATIC


def made_with(settings: Settings) -> str:
    """A hash over the program, its static files, the theme and the settings; the same on every machine."""
    told = [f"{field.name}={getattr(settings, field.name)}" for field in fields(settings) if field.name not in SECRETS]
    whole = hashlib.sha256("\n".join(told).encode())
    for folder in filter(None, (PACKAGE, STATIC, settings.theme)):
        for path in _files(folder):
            whole.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
            whole.update(hashlib.sha256(_content(path)).digest())
    return whole.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.parent.name != "__pycache__")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b"What cannot be read makes no page."
