"""Sync: make the blog's articles match its source, and report what changed.

It is safe to repeat and safe to kill: each small batch is one transaction, which also stores the position to resume at.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from blog.extensions import db
from blog.sources.base import SOURCE_FAILURES, CursorExpired, RemoteSource, Source, SourceItem
from blog.sync.crashing_documents import retry_set_aside
from blog.sync.importer import Importer
from blog.sync.lock import sync_lock
from blog.sync.progress import ProgressRecorder
from blog.sync.rejections import rejected_ids
from blog.sync.report import SyncReport
from blog.sync.source_change import SourceChangeRefused, check_source_change
from blog.sync.state import SyncProgress, note_confirmation, note_failure, note_refusal, note_success, source_state
from blog.sync.withdrawals import Guard, WithdrawalsRefused, article_ids, drop_drafts_but, live_source_ids

MAX_FOUND = 50
"""At most this many documents are read one by one; for more, a full listing is cheaper."""


def sync(
    source: Source,
    *,
    full: bool = False,
    confirm_withdrawals: bool = False,
    confirm_source: bool = False,
    on_progress: Callable[[SyncProgress], object] | None = None,
) -> SyncReport:
    """Import everything in ``source``; withdraw what it no longer has.

    A document that is unchanged since the last sync, or set aside, is not read again, unless ``full``. ``on_progress``
    is called at the start and after each document.

    :raises SourceUnavailable: the listing was not complete; what was listed is stored, and nothing is withdrawn.
    :raises SourceChangeRefused: the blog has articles of another source, and ``confirm_source`` is not set;
        nothing is done.
    :raises WithdrawalsRefused: more than a fifth of the articles, and at least five, would be withdrawn, and
        ``confirm_withdrawals`` is not set; all else is done.
    :raises InstanceUnwritable: an image cannot be stored.
    :raises SyncRunning: another sync runs for too long.
    """
    with _reporting(source, confirm_source=confirm_source) as report:
        # Asked before the listing: what changes during the listing is then found by the next listing of changes.
        cursor = source.current_cursor() if isinstance(source, RemoteSource) else None
        # Before the import: new articles would make the share of the missing ones look smaller.
        guard = Guard.before(source.name)
        is_replacing = check_source_change(source.name, is_confirmed=True) and confirm_source
        if full:
            retry_set_aside()
        recorder = ProgressRecorder(source, on_progress)
        importer = Importer(source, report, reread=full, refetch=full, on_progress=recorder)
        importer.import_listing(source.listing(), is_whole=True)
        moved = importer.moved()
        # These are not withdrawn now: import_deferred() gives them to the documents that have their slugs.
        importer.seen |= moved
        if isinstance(source, RemoteSource):
            # A post that the CMS hides may be invalid too. It is listed and rejected then, and would stay public.
            importer.seen -= article_ids(source.name, live_source_ids(source.name) - set(source.visible_ids()))
        refusal = guard.withdraw_all_but(importer.seen, report, is_confirmed=confirm_withdrawals or is_replacing)
        # After the withdrawals, which free slugs for these documents.
        importer.import_deferred(moved)
        importer.forget_rejections()
        drop_drafts_but(source.name, importer.seen_drafts)
        # Also if withdrawals are refused: all else is imported, and without this the worker would list everything
        # again and again.
        note_success(source.name, cursor=cursor, was_whole=True)
        if confirm_withdrawals or is_replacing:
            note_confirmation(source.name)
        note_refusal(source.name, str(refusal) if refusal else None)
        if refusal is not None:
            raise refusal
        return report


def sync_changes(source: Source) -> SyncReport:
    """Import what changed in ``source`` since the last listing, and withdraw what is no longer public.

    If the source cannot continue from the stored cursor, everything is imported. Refused withdrawals are in the report.

    :raises OperatorError: as :func:`sync` does.
    """
    cursor = source_state(source.name).cursor
    if cursor is None or not isinstance(source, RemoteSource):
        return sync(source)
    try:
        with _reporting(source) as report:
            guard = Guard.before(source.name)
            importer = Importer(source, report, reread=False)
            importer.import_listing(source.changes(cursor), is_whole=False)
            refusal = _follow_visibility(source, importer, guard, report)
            # The importer has moved the cursor together with each batch, so the stored one is the newest.
            note_success(source.name, cursor=source_state(source.name).cursor, was_whole=False)
            _report_refusal(report, refusal, was_listed=True)
            return report
    # Only here, after the lock is released: sync() takes it again, and would wait for itself.
    except CursorExpired:
        return sync(source)


def sync_documents(source: Source, source_ids: Iterable[str]) -> SyncReport:
    """Import the present state of these documents; withdraw those that are gone.

    Refused withdrawals are in the report.

    :raises OperatorError: as :func:`sync` does.
    """
    with _reporting(source) as report:
        guard = Guard.before(source.name)
        importer = Importer(source, report, reread=True)
        found, gone = _find(source, source_ids)
        # First, because another of these documents may have the slug of one that is gone.
        refusal = guard.withdraw_documents(gone, report) if gone else None
        importer.import_listing(found, is_whole=False)
        _report_refusal(report, refusal, was_listed=False)
        return report


def _follow_visibility(
    source: RemoteSource, importer: Importer, guard: Guard, report: SyncReport
) -> WithdrawalsRefused | None:
    """Withdraw what is no longer public; import what became public although the source lists no change of it.

    :raises CursorExpired: there are so many of these that a full listing is cheaper.
    """
    visible, live = set(source.visible_ids()), live_source_ids(source.name)
    # Without the rejected ones, which are visible but never live: each poll would read them again.
    missing = visible - live - rejected_ids(source.name)
    if len(missing) > MAX_FOUND:
        raise CursorExpired
    found, _ = _find(source, sorted(missing))
    importer.import_listing(found, is_whole=False)
    return guard.withdraw_documents(live - visible, report) if live - visible else None


def _find(source: Source, source_ids: Iterable[str]) -> tuple[list[SourceItem], list[str]]:
    """The documents of these ids, and the ids of those that are gone."""
    found, gone = [], []
    for source_id in source_ids:
        listed = source.find(source_id)
        if listed is None:
            gone.append(source_id)
        else:
            found.append(listed)
    return found, gone


def _report_refusal(report: SyncReport, refusal: WithdrawalsRefused | None, *, was_listed: bool) -> None:
    """Store a refusal. An earlier refusal is cleared only if ``was_listed``: other syncs do not see all articles."""
    if (refusal or was_listed) and note_refusal(report.source, str(refusal) if refusal else None):
        report.refusal = str(refusal or "")


@contextmanager
def _reporting(source: Source, *, confirm_source: bool = False) -> Iterator[SyncReport]:
    """Hold the sync lock and yield the report; if the sync fails, store the reason for the operator."""
    report = SyncReport(source.name)
    if isinstance(source, RemoteSource):
        report.usage = source.usage
    with sync_lock():
        try:
            # Under the lock, because a sync of the other source may be running.
            check_source_change(source.name, is_confirmed=confirm_source)
            yield report
        except SourceChangeRefused as refusal:
            note_refusal(source.name, str(refusal))
            raise
        except SOURCE_FAILURES as error:
            # The session may be in the middle of a transaction, or in a failed one.
            db.session.rollback()
            note_failure(source.name, str(error))
            raise
