"""Checks the theme with the pages of this site."""

from collections.abc import Iterator

from flask import current_app

from blog.articles import listing
from blog.config import settings
from blog.doctor.findings import Finding, good, warning
from blog.theming import lint, theme

ARTICLES_TRIED = 20


def check_theme() -> Iterator[Finding]:
    """Render the site's pages with the theme and report its faults."""
    if settings.theme is None:
        yield good("theme", "the built-in one")
        return
    client = current_app.test_client()
    articles = listing.newest(1, ARTICLES_TRIED).articles
    for path in ["/", "/tags/", "/no-such-page", *(f"/articles/{article.slug}" for article in articles)]:
        client.get(path, headers={"Host": "localhost"})
    lint.note_faults()
    yield good("theme", str(settings.theme))
    for fault in sorted(theme.current().faults.values(), key=str):
        yield good("theme", str(fault)) if fault.is_expected else warning("theme", str(fault))
