"""Creates the source that ``BLOG_SOURCE`` names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from blog.config import Settings
from blog.fetch.limits import Limits
from blog.paths import DEMO
from blog.sources.base import RemoteSource, Source

DEMO_SOURCE = "demo"
"""The name of the source for the demo articles that ship with the program."""


def source_name(settings: Settings) -> str:
    """The name of the configured source, found without contacting it."""
    folder = source_folder(settings)
    # As many characters as the columns hold.
    return f"folder:{folder}"[:300] if folder and settings.source != DEMO_SOURCE else settings.source


@contextmanager
def configured_source(settings: Settings, limits: Limits | None = None) -> Iterator[Source]:
    """The configured source; its connections are closed when the block ends. ``limits`` apply to requests to a CMS.

    :raises SourceUnavailable: its folder is missing or cannot be read, or its keys are missing or malformed.
    """
    source = _source(settings, limits)
    try:
        yield source
    finally:
        if isinstance(source, RemoteSource):
            source.close()


def source_folder(settings: Settings) -> Path | None:
    """The folder of a folder source; ``None`` for a CMS."""
    kind, _, path = settings.source.partition(":")
    if kind == DEMO_SOURCE:
        return DEMO
    return Path(os.path.normpath(Path(path).expanduser().absolute())) if kind == "folder" else None


def _source(settings: Settings, limits: Limits | None) -> Source:
    """Create the source. Only its own module is imported, because each kind has libraries that slow every start."""
    kind, _, url = settings.source.partition(":")
    match kind:
        case "ghost":
            from blog.sources.ghost.source import GhostSource  # noqa: PLC0415

            return GhostSource(url, settings.source_key, settings.source_admin_key, limits)
        case "wordpress":
            from blog.sources.wordpress.source import WordPressSource  # noqa: PLC0415

            return WordPressSource(url, settings.source_admin_key, limits)
        case "shopify":
            from blog.sources.shopify.source import ShopifySource  # noqa: PLC0415

            return ShopifySource(url, settings.source_key, settings.source_admin_key, limits)
        case _:
            return _folder(settings)


def _folder(settings: Settings) -> Source:
    from blog.sources.folder.source import FolderSource, unavailable  # noqa: PLC0415

    folder = source_folder(settings) or DEMO
    try:
        # iterdir() alone may not open the folder; taking a name does.
        next(folder.iterdir(), None)
    except OSError as error:
        raise unavailable(error) from error
    return FolderSource(source_name(settings), folder, ZoneInfo(settings.timezone))
