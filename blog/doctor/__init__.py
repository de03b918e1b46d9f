"""The checks of ``blog doctor``."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from tempfile import NamedTemporaryFile
from types import MappingProxyType

import click
import redis
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from blog import environment
from blog.articles import listing
from blog.cdn import PurgeFailed, configured_backend
from blog.cdn.progress import START, position_of
from blog.comments.counts import articles_with_wrong_counts
from blog.config import CommentPolicy, settings, unknown_settings
from blog.content.documents import InvalidDocument
from blog.database import utc_now
from blog.extensions import db
from blog.fetch import Limits
from blog.i18n import has_translation
from blog.instance import readable_by_others
from blog.mail import outbox
from blog.mail.smtp import ServerUnavailable, SMTPServer, connected
from blog.mail.trial import NotSent, send_trial
from blog.moderation.models import Moderator
from blog.paths import MIGRATIONS
from blog.sources.base import SOURCE_FAILURES, RemoteSource
from blog.sources.registry import configured_source
from blog.sync.crashes import reading
from blog.sync.rejections import rejections
from blog.sync.report import counted
from blog.sync.state import source_state
from blog.theming import lint, theme

DOCTOR_LIMITS = Limits(connect=5, read=10, request=10, tries=1)
"""A CMS that hangs delays the report by some seconds only."""
STILL_WAITING_SECONDS = 3
REDIS_SECONDS = 3
WRONG_COUNTS_NAMED = 3
ARTICLES_TRIED = 20
REJECTIONS_SHOWN = 20
NO_PAGE = "doctor"
"""A cache key that no page has."""
MAIL_LATE = timedelta(minutes=15)
PURGED_WITHIN = timedelta(minutes=10)


class Level(StrEnum):
    """How much a finding matters."""

    GOOD = "good"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, and how to fix it."""

    level: Level
    subject: str
    what: str

    def __str__(self) -> str:
        return f"{self.level:8} {self.subject}: {self.what}"


Check = Callable[[], Iterator[Finding]]


def good(subject: str, what: str) -> Finding:
    """All is well with ``subject``."""
    return Finding(Level.GOOD, subject, what)


def warning(subject: str, what: str) -> Finding:
    """The blog works, but not quite as the operator means it to."""
    return Finding(Level.WARNING, subject, what)


def failed(subject: str, what: str) -> Finding:
    """Something does not work."""
    return Finding(Level.FAILED, subject, what)


def examine(faults: Mapping[str, str] = MappingProxyType({})) -> list[Finding]:
    """Check everything; a check that itself fails is a finding too.

    ``faults`` says what is wrong with settings; what needs those settings is not checked.
    """
    findings = [failed("settings", fault) for fault in faults.values()]
    skipped = {check for name in faults for check in CHECKS_BY_SETTING.get(name, ())}
    for check in CHECKS:
        if check not in skipped:
            found = list(_findings(check))
            findings += found
            if check is check_database and any(finding.level is Level.FAILED for finding in found):
                skipped |= DATABASE_CHECKS
    if skipped:
        names = ", ".join(_subject(check) for check in CHECKS if check in skipped)
        findings.append(warning("doctor", f"not checked until what failed above is fixed: {names}"))
    return findings


def _subject(check: Check) -> str:
    return check.__name__.removeprefix("check_")


def _findings(check: Check) -> Iterator[Finding]:
    subject = _subject(check)
    with _waiting_for(subject):
        yield from _caught(check, subject)


@contextmanager
def _waiting_for(subject: str) -> Iterator[None]:
    """Say on standard error that a check takes long, so that nobody thinks the program has stopped."""
    timer = threading.Timer(STILL_WAITING_SECONDS, click.echo, [f"still waiting for: {subject}"], {"err": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _caught(check: Check, subject: str) -> Iterator[Finding]:
    try:
        yield from check()
    except SQLAlchemyError as error:
        db.session.rollback()
        yield failed(subject, f"the database did not answer ({' '.join(str(error).split())[:200]})")


def check_settings() -> Iterator[Finding]:
    """Names that no setting has, and settings that need one another."""
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
    """Whether others can read the folder, and whether it can be written to."""
    for path in readable_by_others(settings.instance):
        mode = "700" if path.is_dir() else "600"
        yield failed("instance", f"other users can read {path}; fix it with: chmod {mode} {path}")
    try:
        with NamedTemporaryFile(dir=settings.instance, prefix="doctor-") as file:
            file.write(bytes(4096))
            file.flush()
    except OSError as error:
        yield failed(
            "instance", f"{settings.instance} cannot be written to ({error.strerror}); readers get cached pages only"
        )
    else:
        yield good("instance", str(settings.instance))


def check_database() -> Iterator[Finding]:
    """Whether it answers, is undamaged, and has the schema that this program needs."""
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
        wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        if present is None:
            yield failed("database", "it is empty; blog serve creates the tables, and so does: blog db upgrade")
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


def check_source() -> Iterator[Finding]:
    """Whether the source can be listed, and which of its documents cannot become articles."""
    try:
        with configured_source(settings, DOCTOR_LIMITS) as source:
            yield from _last_sync(source.name)
            if isinstance(source, RemoteSource):
                yield from _rejected(source.name)
                yield from _remote_source(source)
                return
            count = 0
            for listed in source.listing():
                count += 1
                try:
                    with reading(source.name, listed):
                        listed.load()
                except InvalidDocument as error:
                    line = f":{error.line}" if error.line else ""
                    yield warning("source", f"{listed.source_id}{line}: {error}")
    except SOURCE_FAILURES as error:
        yield failed("source", str(error))
        return
    yield good("source", f"{settings.source}, {counted(count, 'document')}")


def _last_sync(name: str) -> Iterator[Finding]:
    """When the last sync ended, and why it failed or was refused."""
    state = source_state(name)
    if state.asked_at:
        yield good("source", f"the last complete sync was at {state.asked_at:%Y-%m-%d %H:%M} UTC")
    if state.failure:
        yield warning("source", f"the last sync failed: {state.failure}")
    if state.refusal:
        yield failed("source", state.refusal)


def _rejected(name: str) -> Iterator[Finding]:
    """The documents that the last sync of a CMS rejected."""
    count, first = rejections(name, REJECTIONS_SHOWN)
    for entry in first:
        yield warning("source", f"rejected: {entry}")
    if count > len(first):
        yield warning("source", f"{count} documents are rejected; blog sync lists them all")


def _remote_source(source: RemoteSource) -> Iterator[Finding]:
    """Whether a CMS answers now, and whether its last sync went well."""
    state = source_state(source.name)
    source.current_cursor()
    when = f"last listed completely at {state.listed_at:%Y-%m-%d %H:%M} UTC" if state.listed_at else "never synced yet"
    yield good("source", f"{source.name} answers; {when}")


def check_theme() -> Iterator[Finding]:
    """What goes wrong in the theme when the site's own pages are made with it."""
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


def check_redis() -> Iterator[Finding]:
    """Whether the Redis that counts for rate limits answers."""
    if settings.redis_url is None:
        return
    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=REDIS_SECONDS) as connection:
            connection.ping()
    except redis.RedisError as error:
        yield failed("redis", f"it does not answer ({error}); until it does, each process counts alone")
    else:
        yield good("redis", "it answers")


def check_purge() -> Iterator[Finding]:
    """Whether the shared cache accepts a purge, of a key that no page has, and whether a worker passes purges on."""
    backend = configured_backend(settings)
    if backend is None:
        return
    try:
        backend.purge({NO_PAGE})
    except PurgeFailed as error:
        yield failed("purge", str(error))
    else:
        yield good("purge", f"{backend.name} accepts purges")
    position, _ = position_of(settings.purge or "")
    if utc_now() - position.purged_until > PURGED_WITHIN:
        since = "so far" if position == START else f"since {position.purged_until:%Y-%m-%d %H:%M} UTC"
        what = f"{backend.name} got no purge {since}; check that blog serve or blog worker runs, and what it prints"
        yield warning("purge", what)


def check_moderators() -> Iterator[Finding]:
    """Whether anybody can decide."""
    active = db.session.scalars(select(Moderator).where(Moderator.disabled_at.is_(None))).all()
    if active:
        yield good("moderators", ", ".join(moderator.name for moderator in active))
    else:
        yield failed("moderators", "nobody can sign in; add somebody with: blog moderator add NAME")


def check_comments() -> Iterator[Finding]:
    """Whether articles show as many comments as they say."""
    wrong = articles_with_wrong_counts(db.session(), WRONG_COUNTS_NAMED)
    if wrong:
        what = f"some articles count their comments wrongly, such as {', '.join(wrong)}; run: blog comments recount"
        yield warning("comments", what)
    else:
        yield good("comments", "the counts are right")


def check_mail() -> Iterator[Finding]:
    """Whether the mail server lets the blog in, and whether mail is stuck."""
    if settings.smtp_url is None:
        if settings.comments == CommentPolicy.FIRST:
            what = "BLOG_COMMENTS=first needs BLOG_SMTP_URL: nobody can confirm an address, so all comments wait"
            yield warning("mail", what)
        return
    try:
        with connected(SMTPServer.of(settings.smtp_url)):
            yield good("mail", "the mail server lets the blog in; send a mail with: blog doctor --mail ADDRESS")
    except ServerUnavailable as error:
        yield failed("mail", str(error))
    late, lost = outbox.count_owed(due_before=utc_now() - MAIL_LATE)
    if lost:
        yield warning("mail", f"{counted(lost, 'mail')} failed; see why with: blog mail")
    if late:
        what = f"{counted(late, 'mail')} should have been sent by now; check that blog serve or blog worker runs"
        yield warning("mail", what)


def try_mail(address: str) -> list[Finding]:
    """Send a mail to ``address``, and say what the server made of it."""
    try:
        send_trial(settings, address)
    except NotSent as error:
        return [failed("mail", f"no mail was sent: {error}")]
    return [good("mail", "the mail server took the mail; see whether it arrives, and not among spam")]


CHECKS = (
    check_settings,
    check_instance,
    check_database,
    check_source,
    check_theme,
    check_redis,
    check_purge,
    check_moderators,
    check_comments,
    check_mail,
)
DATABASE_CHECKS: set[Check] = {check_source, check_theme, check_purge, check_moderators, check_comments, check_mail}
CHECKS_BY_SETTING: dict[str, set[Check]] = {
    "database_url": {check_database, *DATABASE_CHECKS},
    "source": {check_source},
    "redis_url": {check_redis},
    "smtp_url": {check_mail},
    "purge": {check_purge},
    "purge_token": {check_purge},
    "source_key": {check_source},
    "source_admin_key": {check_source},
}
