"""Checks the settings: unknown names, and those that need others."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from blog.config import settings, unknown_settings
from blog.config.env_file import environment
from blog.doctor.findings import Finding, good, warning
from blog.i18n import has_translation

TRUSTED_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts whose pages may compute without HTTPS: https://w3c.github.io/webappsec-secure-contexts/."""


def check_settings() -> Iterator[Finding]:
    """Check for unknown settings, and for settings that need other settings."""
    unknown = unknown_settings(environment())
    for name, nearest in unknown.items():
        yield warning("settings", f"there is no setting {name}" + (f"; did you mean {nearest}?" if nearest else ""))
    if not has_translation(settings.language):
        what = "no translation ships, so the site’s own words are English; docs/translating.md explains how to add one"
        yield warning("settings", f"BLOG_LANGUAGE={settings.language}: {what}")
    yield from _proof_of_work()
    if settings.url is None:
        yield warning("settings", "BLOG_URL is not set; links in canonical addresses follow each request's host")
    elif not unknown:
        yield good("settings", "all are known")


def _proof_of_work() -> Iterator[Finding]:
    """Report that browsers cannot work out a proof, because the blog's address has no HTTPS."""
    address = urlsplit(settings.url or "")
    if settings.proof_of_work and address.scheme == "http" and address.hostname not in TRUSTED_HOSTS:
        what = f"BLOG_PROOF_OF_WORK=on needs HTTPS, and BLOG_URL is {settings.url}"
        yield warning("settings", f"{what}: browsers compute no proof there, so all comments wait for a moderator")
