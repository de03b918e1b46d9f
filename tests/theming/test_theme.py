"""The folder of a theme."""

from dataclasses import replace
from pathlib import Path

import pytest

from blog import create_app
from blog.config import Settings
from blog.theming.theme import ThemeUnusable


@pytest.mark.only_on("sqlite", reason="a theme asks no database")
def test_an_unreadable_theme_stops_the_start(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ThemeUnusable, match="BLOG_THEME"):
        create_app(replace(settings, theme=tmp_path / "nowhere"))
