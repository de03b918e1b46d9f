"""The fingerprint changes with everything that affects pages beside rows."""

from dataclasses import replace
from pathlib import Path

from blog.cdn.fingerprint import fingerprint
from blog.config import Settings


def test_the_fingerprint_has_code_theme_and_settings_without_secrets(settings: Settings, tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    theme.mkdir()
    themed = replace(settings, theme=theme)
    before = fingerprint(themed)
    assert before == fingerprint(replace(themed, purge_token="another"))
    assert before != fingerprint(settings)
    assert before != fingerprint(replace(themed, title="Another"))
    (theme / "layout.html").write_text("<p>")
    assert fingerprint(themed) != before


def test_an_unreadable_file_of_the_theme_stops_no_purge(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "layout.html").symlink_to("/proc/self/mem")
    assert fingerprint(replace(settings, theme=tmp_path)) != fingerprint(settings)
