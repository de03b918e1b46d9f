"""The source that the settings name."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo

from blog.config import Settings
from blog.content.sources import Source
from blog.content.sources.folder import FolderSource, unavailable
from blog.paths import DEMO

DEMO_SOURCE = "demo"
"""The name of the source of the articles that ship with the program."""


def configured_source(settings: Settings) -> Source:
    """The source of this blog's content.

    :raises SourceUnavailable: its folder is missing or cannot be read.
    """
    _, _, path = settings.source.partition(":")
    folder = Path(os.path.normpath(Path(path).expanduser().absolute())) if path else DEMO
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        raise unavailable(error) from error
    name = f"folder:{folder}"[:300] if path else DEMO_SOURCE
    return FolderSource(name, folder, ZoneInfo(settings.timezone))
