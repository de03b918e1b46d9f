"""Sync: make the blog's articles what its source says, and report what changed.

It is safe to repeat and safe to kill: each small batch is one transaction, and where to go on is kept with its rows.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from blog.extensions import db
from blog.sources.base import SOURCE_FAILURES, CursorExpired, RemoteSource, Source
from blog.sync.importer import Intake
from blog.sync.lock import turn
from blog.sync.report import SyncReport
from blog.sync.state import note_failure, note_success, source_state
from blog.sync.withdrawals import Guard, WithdrawalsRefused, drop_drafts_but, withdraw_one

__all__ = ["WithdrawalsRefused", "sync", "sync_changes", "sync_documents"]


def sync(
    source: Source,
    *,
    full: bool = False,
    confirm_withdrawals: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> SyncReport:
    """Bring in all that ``source`` has; withdraw what it no longer has.

    A document that is unchanged since the last sync is not read again, unless ``full``. ``on_progress`` is told how
    many documents have been listed so far.

    :raises SourceUnavailable: the source could not be listed to its end; what was listed went in, nothing is withdrawn.
    :raises WithdrawalsRefused: more than a fifth of the articles, and at least five, would be withdrawn, and
        ``confirm_withdrawals`` is not set; all else is done.
    :raises InstanceUnwritable: an image cannot be kept.
    :raises SyncRunning: another sync runs, and does not end.
    """
    with _reporting(source) as report:
        cursor = source.current_cursor() if isinstance(source, RemoteSource) else None
        guard = Guard.before(source.name)
        intake = Intake(source, report, reread=full, on_progress=on_progress)
        intake.take(source.listing(), is_whole=True)
        moved = intake.moved()
        intake.seen |= moved
        refusal = guard.withdraw_all_but(intake.seen, report, is_confirmed=confirm_withdrawals)
        intake.settle(moved)
        drop_drafts_but(source.name, intake.seen_drafts)
        note_success(source.name, cursor=cursor, was_whole=True)
        if refusal is not None:
            note_failure(source.name, str(refusal))
            raise refusal
        return report


def sync_changes(source: Source) -> SyncReport:
    """Bring in what changed in ``source`` since it was last asked; where it cannot go on from there, all that it has.

    :raises OperatorError: as :func:`sync` does.
    """
    cursor = source_state(source.name).cursor
    if cursor is None or not isinstance(source, RemoteSource):
        return sync(source)
    try:
        with _reporting(source) as report:
            Intake(source, report, reread=False).take(source.changes(cursor), is_whole=False)
            note_success(source.name, cursor=source_state(source.name).cursor, was_whole=False)
            return report
    except CursorExpired:
        return sync(source)


def sync_documents(source: Source, source_ids: Iterable[str]) -> SyncReport:
    """Bring in the documents of these ids as they are now; withdraw those that are gone.

    :raises OperatorError: as :func:`sync` does.
    """
    with _reporting(source) as report:
        intake = Intake(source, report, reread=True)
        found = []
        for source_id in source_ids:
            listed = source.find(source_id)
            if listed is None:
                withdraw_one(source.name, source_id, report)
            else:
                found.append(listed)
        intake.take(found, is_whole=False)
        return report


@contextmanager
def _reporting(source: Source) -> Iterator[SyncReport]:
    """The report of a sync whose turn it is; that it cannot be made is remembered for the operator."""
    report = SyncReport(source.name)
    if isinstance(source, RemoteSource):
        report.usage = source.usage
    with turn():
        try:
            yield report
        except SOURCE_FAILURES as error:
            db.session.rollback()
            note_failure(source.name, str(error))
            raise
