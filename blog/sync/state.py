"""What is remembered of a source between two syncs."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from blog.database import UTCDateTime, utc_now, write_transaction
from blog.extensions import Model, db
from blog.sync.crashes import set_aside


class SourceState(Model):
    """How far the articles follow a source."""

    __tablename__ = "source_state"

    source: Mapped[str] = mapped_column(String(300), primary_key=True)
    cursor: Mapped[str | None] = mapped_column(String(300))
    """Where the next listing of changes begins; ``None`` where a whole listing has to come first."""
    listed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a whole listing last came to its end."""
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a listing last came to its end, whole or of changes."""
    failure: Mapped[str | None] = mapped_column(Text)
    """Why the last sync could not be made, for the operator; ``None`` where it was."""
    refusal: Mapped[str | None] = mapped_column(Text)
    """Why withdrawals were refused, until a listing asks for none that are, or the operator confirms them."""
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the operator last confirmed withdrawals."""


def source_state(source: str) -> SourceState:
    """What is remembered of ``source``; nothing, if it was never listed."""
    found = db.session.get(SourceState, source, populate_existing=True)
    db.session.commit()
    return found or SourceState(source=source)


def source_health(source: str) -> dict[str, object]:
    """How the articles follow ``source``, for a monitor: no words, since anybody may read it.

    ``age_seconds`` is the time since a listing last came to its end, ``None`` where none ever did.
    """
    state = source_state(source)
    age = round((utc_now() - state.asked_at).total_seconds()) if state.asked_at else None
    return {
        "age_seconds": age,
        "last_sync_failed": state.failure is not None,
        "withdrawals_refused": state.refusal is not None,
        "documents_set_aside": len(set_aside(source)),
    }


def move_cursor(session: Session, source: str, cursor: str | None) -> None:
    """Remember, within the transaction of the caller, where to go on."""
    _row(session, source).cursor = cursor


def note_success(source: str, *, cursor: str | None, was_whole: bool) -> None:
    """A listing came to its end."""
    now = utc_now()
    with write_transaction(db.session()) as session:
        row = _row(session, source)
        row.cursor, row.asked_at, row.failure = cursor, now, None
        if was_whole:
            row.listed_at = now


def note_refusal(source: str, refusal: str | None) -> bool:
    """Remember that withdrawals were refused, or that none are any longer; return whether this is news."""
    if source_state(source).refusal == refusal:
        return False
    with write_transaction(db.session()) as session:
        _row(session, source).refusal = refusal
    return True


def note_confirmation(source: str) -> None:
    """The operator confirms the withdrawals of this sync."""
    with write_transaction(db.session()) as session:
        _row(session, source).confirmed_at = utc_now()


def note_failure(source: str, failure: str) -> None:
    """A listing did not come to its end."""
    with write_transaction(db.session()) as session:
        _row(session, source).failure = failure


def _row(session: Session, source: str) -> SourceState:
    row = session.get(SourceState, source)
    if row is None:
        row = SourceState(source=source)
        session.add(row)
    return row
