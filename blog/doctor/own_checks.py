"""Checks of the blog itself: settings, instance folder, database, theme, accounts, comment counts."""

from collections.abc import Iterator
from tempfile import NamedTemporaryFile

from flask import current_app
from sqlalchemy import select, text

from blog.articles import listing
from blog.comments.counts import articles_with_wrong_counts
from blog.config import settings, unknown_settings
from blog.config.env_file import environment
from blog.doctor.findings import Finding, failed, good, warning
from blog.extensions import db
from blog.i18n import has_translation
from blog.instance import readable_by_others, unusable_files
from blog.moderation.models import Moderator
from blog.schema import NEWER_SCHEMA, is_from_newer_program, needed_version, present_version
from blog.theming import lint, theme

WRONG_COUNTS_NAMED = 3
ARTICLES_TRIED = 20


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


def check_instance() -> Iterator[Finding]:
    """Check that other users cannot read the instance folder, and that it can be written to."""
    for path in readable_by_others(settings.instance):
        mode = "700" if path.is_dir() else "600"
        yield failed("instance", f"other users can read {path}; fix it with: chmod {mode} {path}")
    try:
        with NamedTemporaryFile(dir=settings.instance, prefix="doctor-") as file:
            file.write(bytes(4096))
            file.flush()
    except OSError as error:
        what = f"{settings.instance} cannot be written to ({error.strerror})"
        yield failed("instance", f"{what}; articles are served, but nothing is stored until it can be written to again")
        return
    for path in unusable_files(settings.instance):
        what = f"this user may not read and write {path}"
        yield failed("instance", f"{what}; make it belong to the user who runs the blog")
    yield good("instance", str(settings.instance))


def check_database() -> Iterator[Finding]:
    """Check that the database answers, is not damaged, and has the current schema."""
    with db.engine.connect() as connection:
        present, wanted = present_version(connection), needed_version()
        if present is None:
            yield failed("database", "it is empty; blog serve creates the tables, and so does: blog db upgrade")
            return
        if is_from_newer_program(present):
            yield failed("database", NEWER_SCHEMA.format(present))
            return
        if present != wanted:
            yield failed("database", f"its schema is {present}, this program needs {wanted}; run: blog db upgrade")
            return
        if db.engine.dialect.name == "sqlite":
            verdict = connection.scalar(text("PRAGMA quick_check"))
            if verdict != "ok":
                yield failed("database", f"SQLite finds it damaged ({verdict}); restore a backup")
                return
    yield good("database", f"{db.engine.url.render_as_string()}, schema {present}")


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


def check_moderators() -> Iterator[Finding]:
    """Check that there is an active moderator."""
    active = db.session.scalars(select(Moderator).where(Moderator.disabled_at.is_(None))).all()
    if active:
        yield good("moderators", ", ".join(moderator.name for moderator in active))
    else:
        yield failed("moderators", "nobody can sign in; add somebody with: blog moderator add NAME")


def check_comments() -> Iterator[Finding]:
    """Check the stored comment counts of articles."""
    wrong = articles_with_wrong_counts(db.session(), WRONG_COUNTS_NAMED)
    if wrong:
        what = f"some articles count their comments wrongly, such as {', '.join(wrong)}; run: blog comments recount"
        yield warning("comments", what)
    else:
        yield good("comments", "the counts are right")
