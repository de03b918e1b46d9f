"""Paths of the program's own files: next to the package in a checkout, inside it when installed."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def _shipped(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


STATIC = _shipped("static")
MIGRATIONS = _shipped("migrations")
TEMPLATES = PACKAGE / "templates"
DEMO = PACKAGE / "demo"
TRANSLATIONS = PACKAGE / "translations"
THEMES = PACKAGE / "themes"
