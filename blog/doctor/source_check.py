"""Checks the source: it can be listed, the last sync succeeded, and each document can become an article."""

from collections.abc import Iterator

from blog.config import settings
from blog.content.documents import InvalidDocument
from blog.doctor.findings import Finding, failed, good, warning
from blog.fetch.limits import Limits
from blog.sources.base import SOURCE_FAILURES, RemoteSource, Source
from blog.sources.registry import configured_source
from blog.sync.reading_notes import reading
from blog.sync.rejections import rejections
from blog.sync.report import ReportLine, counted
from blog.sync.state import source_state

DOCTOR_LIMITS = Limits(connect=5, read=10, request=10, tries=1)
"""Short limits, so that a CMS that hangs delays the report only by some seconds."""
REJECTIONS_SHOWN = 20


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
