"""Checks the settings: unknown names, and those that need others."""

from collections.abc import Iterator

from blog.config import settings, unknown_settings
from blog.config.env_file import environment
from blog.doctor.findings import Finding, good, warning
from blog.i18n import has_translation


def check_settings() -> Iterator[Finding]:
    """Check for unknown settings, and for settings that need other settings."""
    unknown = unknown_settings(environment())
    for name, nearest in unknown.items():
        yield warning("settings", f"there is no setting {name}" + (f"; did you mean {nearest}?" if nearest else ""))
    if not has_translation(settings.language):
        what = "no translation ships, so the site’s own words are English; docs/translating.md explains how to add one"
        yield warning("settings", f"BLOG_LANGUAGE={settings.language}: {what}")
    if settings.url is None:
        yield warning("settings", "BLOG_URL is not set; links in canonical addresses follow each request's host")
    elif not unknown:
        yield good("settings", "all are known")
