"""Purges: rows with cache keys, written in the same transaction as the change of the content.

The process that commits them drops its cached pages at once; the other processes read the rows and do the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakSet

from sqlalchemy import String, delete, event, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from blog.database import UTCDateTime, utc_now, write_transaction
from blog.extensions import Model, db

RETENTION = timedelta(hours=1)
"""How long purge rows are kept. A process that could not read them for half this time drops all its pages."""
EVERYTHING = "everything"
"""A key that every page has."""

PURGED = "purged"
"""The key in ``Session.info`` for the purges of the current transaction."""


class CommitListener(Protocol):
    """Is called with the purges that this process commits."""

    def purges_committed(self, keys: Mapping[int, str]) -> None:
        """Drop the pages with these cache keys, which are given by row id."""


commit_listeners: WeakSet[CommitListener] = WeakSet()
"""Called in this process right after it commits a purge, before the commit returns to the caller."""


class CachePurge(Model):
    """One cache key whose pages must be dropped, and the reason."""

    __tablename__ = "cache_purge"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(250))
    reason: Mapped[str] = mapped_column(String(100))
    purged_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    # Without AUTOINCREMENT, SQLite gives the largest id again when its row was deleted; readers would skip that purge.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as SQLAlchemy has it


def purge(session: Session, keys: Iterable[str], reason: str) -> None:
    """Make every process drop the pages with any of ``keys`` once the caller's transaction is committed."""
    now = utc_now()
    rows = [CachePurge(key=key[:250], reason=reason[:100], purged_at=now) for key in sorted(set(keys))]
    session.add_all(rows)
    # The rows and not their ids, which the database gives only when they are flushed.
    session.info.setdefault(PURGED, []).extend(rows)


def prune() -> None:
    """Delete purge rows older than ``RETENTION``, except the newest: feeds need the time of the last change."""
    newest = select(func.max(CachePurge.id)).scalar_subquery()
    is_old = CachePurge.purged_at < utc_now() - RETENTION
    with write_transaction(db.session()) as session:
        session.execute(delete(CachePurge).where(is_old, CachePurge.id < newest))


@event.listens_for(Session, "after_commit")
def _call_listeners(session: Session) -> None:
    rows: list[CachePurge] = session.info.pop(PURGED, [])
    keys = {row.id: row.key for row in rows}
    if keys:
        # A copy, because another thread may add a listener, or the garbage collector remove one.
        for listener in tuple(commit_listeners):
            listener.purges_committed(keys)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(PURGED, None)
