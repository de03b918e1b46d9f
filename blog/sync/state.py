"""The state of a source that is stored between syncs."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import String, Text, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blog.cache.purges import purge
from blog.content.cache_keys import INDEX
from blog.database import UTCDateTime, utc_now, write_transaction
from blog.extensions import Model, db
from blog.sync.crashing_documents import set_aside


class SourceState(Model):
    """One source's cursor, times and failures."""

    __tablename__ = "source_state"

    source: Mapped[str] = mapped_column(String(300), primary_key=True)
    cursor: Mapped[str | None] = mapped_column(String(300))
    """Cursor of the next listing of changes; ``None`` if a full listing must come first."""
    listed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a full listing last finished."""
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When any listing, full or of changes, last finished."""
    failure: Mapped[str | None] = mapped_column(Text)
    """Why the last sync failed, for the operator; ``None`` if it succeeded."""
    refusal: Mapped[str | None] = mapped_column(Text)
    """Why withdrawals were refused; cleared when a listing needs no refusal or the operator confirms."""
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the operator last confirmed withdrawals."""
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the running full sync started its listing; ``None`` if none is running."""
    read_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many documents that sync has read so far."""
    read_total: Mapped[int | None] = mapped_column()
    """How many documents it has to read, if the source says so."""
    worker_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the worker last reported that it runs; see :func:`note_worker`."""

    @property
    def is_first_sync(self) -> bool:
        """Whether a sync runs, and none has come to its end before."""
        return self.started_at is not None and self.listed_at is None


# A constant, and only one column: the index asks this for each request, and loading the row took 8 % of its time.
_FIRST_SYNC = select(SourceState.source).where(
    SourceState.source == bindparam("source", type_=String()),
    SourceState.started_at.is_not(None),
    SourceState.listed_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """The progress of a full sync; ``total`` and ``per_second`` are ``None`` if unknown."""

    count: int
    total: int | None
    per_second: float | None

    @classmethod
    def of(cls, count: int, total: int | None, seconds: float) -> "SyncProgress":
        """The progress of a sync that has read ``count`` documents in ``seconds``."""
        return cls(count, total, round(count / seconds, 1) if seconds >= 1 else None)

    def __str__(self) -> str:
        """Count, total and rate, for people."""
        total = "" if self.total is None else f" of {self.total}"
        return f"{self.count}{total}" + (f", {self.per_second:.0f} a second" if self.per_second is not None else "")


def source_state(source: str) -> SourceState:
    """The stored state of ``source``; empty if it was never listed."""
    # Other processes write this row too, and the session would return its own copy, which no commit expires.
    found = db.session.get(SourceState, source, populate_existing=True)
    db.session.commit()
    return found or SourceState(source=source)


def source_health(source: str) -> dict[str, object]:
    """The state of ``source`` for a monitor, without error texts, because the address is public.

    ``age_seconds`` is the time since a listing last finished; ``None`` if none did.
    """
    state = source_state(source)
    age = round((utc_now() - state.asked_at).total_seconds()) if state.asked_at else None
    return {
        "age_seconds": age,
        "last_sync_failed": state.failure is not None,
        "withdrawals_refused": state.refusal is not None,
        "documents_set_aside": len(set_aside(source)),
        "sync": asdict(progress) if (progress := _progress(state)) else None,
    }


def _progress(state: SourceState) -> SyncProgress | None:
    """The progress of the running full sync; ``None`` if none is running."""
    if state.started_at is None:
        return None
    return SyncProgress.of(state.read_count, state.read_total, (utc_now() - state.started_at).total_seconds())


def is_first_sync_running(source: str) -> bool:
    """Whether articles of ``source`` are on their way to a blog that has never had them all."""
    return db.session.scalar(_FIRST_SYNC, {"source": source}) is not None


def note_start(source: str, total: int | None = None) -> None:
    """Store that a full sync started; it has ``total`` documents to read, if known."""
    with write_transaction(db.session()) as session:
        row = _row(session, source)
        row.started_at, row.read_count, row.read_total = utc_now(), 0, total
        if row.is_first_sync:
            purge(session, [INDEX], "first sync")


def note_progress(source: str, count: int) -> None:
    """Store that the running full sync has read ``count`` documents."""
    with write_transaction(db.session()) as session:
        _row(session, source).read_count = count


def move_cursor(session: Session, source: str, cursor: str | None) -> None:
    """Store the cursor in the caller's transaction."""
    _row(session, source).cursor = cursor


def note_success(source: str, *, cursor: str | None, was_whole: bool) -> None:
    """Store that a listing finished."""
    now = utc_now()
    with write_transaction(db.session()) as session:
        row = _row(session, source)
        # Before listed_at is set, because it purges the index only while this is the first sync.
        _end(session, row)
        row.cursor, row.asked_at, row.failure = cursor, now, None
        if was_whole:
            row.listed_at = now


def note_refusal(source: str, refusal: str | None) -> bool:
    """Store why withdrawals were refused, or ``None``; return whether a refusal differs from the stored one."""
    state = source_state(source)
    is_news = state.refusal != refusal
    # Also without news if a start is noted: `blog serve` notes one before the sync, which may then be refused.
    if is_news or state.started_at is not None:
        with write_transaction(db.session()) as session:
            row = _row(session, source)
            _end(session, row)
            row.refusal = refusal
    return is_news


def note_confirmation(source: str) -> None:
    """Store that the operator confirmed the withdrawals of this sync."""
    with write_transaction(db.session()) as session:
        _row(session, source).confirmed_at = utc_now()


def note_worker(source: str) -> None:
    """Store that the worker follows ``source`` at this time."""
    with write_transaction(db.session()) as session:
        _row(session, source).worker_seen_at = utc_now()


def note_failure(source: str, failure: str) -> None:
    """Store why a listing failed."""
    with write_transaction(db.session()) as session:
        row = _row(session, source)
        _end(session, row)
        row.failure = failure


def _end(session: Session, row: SourceState) -> None:
    """Store that no sync is running, so that the index does not announce more articles."""
    if row.is_first_sync:
        purge(session, [INDEX], "first sync")
    row.started_at = None


def _row(session: Session, source: str) -> SourceState:
    row = session.get(SourceState, source)
    if row is None:
        row = SourceState(source=source)
        session.add(row)
    return row
