"""Checks of other services: the source, Redis, a cache in front of the blog, the mail server."""

from collections.abc import Iterator
from datetime import timedelta

from blog.cdn import PurgeFailed, configured_backend
from blog.cdn.progress import START, position_of
from blog.config import CommentPolicy, environment_name, settings
from blog.content.documents import InvalidDocument
from blog.database import utc_now
from blog.doctor.findings import Finding, failed, good, warning
from blog.fetch.limits import Limits
from blog.mail import outbox
from blog.mail.self_test import NotSent, send_test_mail
from blog.mail.smtp import ServerUnavailable, SMTPServer, connected
from blog.sources.base import SOURCE_FAILURES, RemoteSource, Source
from blog.sources.registry import configured_source
from blog.sync.crashes import reading
from blog.sync.rejections import rejections
from blog.sync.report import ReportLine, counted
from blog.sync.state import source_state

DOCTOR_LIMITS = Limits(connect=5, read=10, request=10, tries=1)
"""Short limits, so that a CMS that hangs delays the report only by some seconds."""
REDIS_SECONDS = 3
REJECTIONS_SHOWN = 20
NO_PAGE = "doctor"
"""A cache key that no page has."""
MAIL_LATE = timedelta(minutes=15)
PURGED_WITHIN = timedelta(minutes=10)


def check_source() -> Iterator[Finding]:
    """Check that the source can be listed, and report documents that cannot become articles."""
    try:
        with configured_source(settings, DOCTOR_LIMITS) as source:
            yield from _last_sync(source.name)
            if isinstance(source, RemoteSource):
                yield from _rejected(source.name)
                yield from _remote_source(source)
                return
            yield from _folder(source)
    except SOURCE_FAILURES as error:
        yield failed("source", str(error))


def _folder(source: Source) -> Iterator[Finding]:
    """Read every document of a folder now; also report what only a sync finds, such as two with the same slug."""
    usable: set[str] = set()
    broken = 0
    for listed in source.listing():
        try:
            with reading(source.name) as begin:
                begin(listed)
                listed.load()
            usable.add(listed.source_id)
        except InvalidDocument as error:
            broken += 1
            yield warning("source", str(ReportLine(listed.source_id, str(error), error.line, error.title)))
    _, rejected = rejections(source.name, broken + REJECTIONS_SHOWN)
    for entry in rejected:
        if entry.name in usable:
            yield warning("source", f"rejected by the last sync: {entry}")
    yield good("source", f"{settings.source}, {counted(len(usable) + broken, 'document')}")


def _last_sync(name: str) -> Iterator[Finding]:
    """Report when the last sync ended, and why it failed or was refused."""
    state = source_state(name)
    if state.asked_at:
        yield good("source", f"the last complete sync was at {state.asked_at:%Y-%m-%d %H:%M} UTC")
    if state.failure:
        yield warning("source", f"the last sync failed: {state.failure}")
    if state.refusal:
        yield failed("source", state.refusal)


def _rejected(name: str) -> Iterator[Finding]:
    """Report the documents that the last sync of a CMS rejected."""
    count, first = rejections(name, REJECTIONS_SHOWN)
    for entry in first:
        yield warning("source", f"rejected: {entry}")
    if count > len(first):
        yield warning("source", f"{count} documents are rejected; blog sync lists them all")


def _remote_source(source: RemoteSource) -> Iterator[Finding]:
    """Check that a CMS answers now, and that its last sync succeeded."""
    state = source_state(source.name)
    source.current_cursor()
    when = f"last listed completely at {state.listed_at:%Y-%m-%d %H:%M} UTC" if state.listed_at else "never synced yet"
    yield good("source", f"{source.name} answers; {when}")


def check_redis() -> Iterator[Finding]:
    """Check that the Redis server for rate limits answers."""
    if settings.redis_url is None:
        return
    # Imported here, because it takes a twentieth of the start of every command, and only this check needs it.
    import redis  # noqa: PLC0415

    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=REDIS_SECONDS) as connection:
            connection.ping()
    except redis.RedisError as error:
        what = f"it cannot be used ({error}); start it, or correct BLOG_REDIS_URL"
        yield failed("redis", f"{what}; until then each process counts rate limits alone")
    else:
        yield good("redis", "it answers")


def check_purge() -> Iterator[Finding]:
    """Check that the shared cache accepts a purge of an unused key, and that a worker sends purges to it."""
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
        what = f"{backend.name} got no purge {since}; check that blog serve or blog worker runs, and read its output"
        yield warning("purge", what)


def check_mail() -> Iterator[Finding]:
    """Check that the blog can log in to the mail server, and that no mail is stuck."""
    if settings.smtp_url is None:
        yield from _without_mail()
        return
    try:
        with connected(SMTPServer.of(settings.smtp_url)):
            yield good("mail", "the blog can connect to the mail server; send a mail with: blog doctor --mail ADDRESS")
    except ServerUnavailable as error:
        yield failed("mail", str(error))
    late, lost = outbox.count_unsent(due_before=utc_now() - MAIL_LATE)
    if lost:
        yield warning("mail", f"{counted(lost, 'mail')} failed; see why with: blog mail")
    if late:
        what = f"{counted(late, 'mail')} should have been sent by now; check that blog serve or blog worker runs"
        yield warning("mail", what)


def _without_mail() -> Iterator[Finding]:
    """Report settings that have no effect without a mail server."""
    if settings.comments == CommentPolicy.FIRST:
        what = "BLOG_COMMENTS=first needs BLOG_SMTP_URL: nobody can confirm an address, so all comments wait"
        yield warning("mail", what)
    for name in ("mail_moderators", "mail_authors"):
        if getattr(settings, name):
            yield warning("mail", f"{environment_name(name)} needs BLOG_SMTP_URL: nobody is mailed")


def try_mail(address: str) -> list[Finding]:
    """Send a test mail to ``address`` and return the result."""
    try:
        send_test_mail(settings, address)
    except NotSent as error:
        return [failed("mail", f"no mail was sent: {error}")]
    return [good("mail", "the mail server accepted the mail; check that it arrives and is not marked as spam")]
