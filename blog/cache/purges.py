"""Purges: rows that name cache keys, written in the transaction that changes what is public.

The process that commits them drops its pages at once; the others read the rows and do the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakSet

from sqlalchemy import String, delete, event
from sqlalchemy.orm import Mapped, Session, mapped_column

from blog.database import UTCDateTime, utc_now, write_transaction
from blog.extensions import Model, db

KEPT = timedelta(hours=1)
"""How long a purge is remembered. A process that has not looked for longer forgets everything."""
EVERYTHING = "everything"
"""The key that every page has."""

PURGED = "purged"
"""Where a session keeps the purges of its transaction."""


class CommitListener(Protocol):
    """Learns of the purges that this process commits."""

    def purges_committed(self, keys: Mapping[int, str]) -> None:
        """Drop the pages with these cache keys. The numbers are those of the rows."""


commit_listeners: WeakSet[CommitListener] = WeakSet()
"""Called in this process as soon as a purge is committed here, before the caller goes on."""


class CachePurge(Model):
    """One key that has to be forgotten, and why."""

    __tablename__ = "cache_purge"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(250))
    reason: Mapped[str] = mapped_column(String(100))
    purged_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as SQLAlchemy has it


class FrontPosition(Model):
    """How far a cache in front of the blog was told what to forget, so that the next worker goes on from there."""

    __tablename__ = "front_position"

    front: Mapped[str] = mapped_column(String(300), primary_key=True)
    """Which cache: the setting ``BLOG_PURGE``."""
    purge_id: Mapped[int] = mapped_column()
    """It was told of every purge up to this number."""
    told_until: Mapped[datetime] = mapped_column(UTCDateTime)
    """It was told of everything that changed before."""
    made_with: Mapped[str] = mapped_column(String(64))
    """A hash over what pages are made with beside rows: the program, the theme and the settings."""


def purge(session: Session, keys: Iterable[str], reason: str) -> None:
    """Have every process forget the pages with any of ``keys``, with the transaction of the caller."""
    now = utc_now()
    rows = [CachePurge(key=key[:250], reason=reason[:100], purged_at=now) for key in sorted(set(keys))]
    session.add_all(rows)
    session.info.setdefault(PURGED, []).extend(rows)


def prune() -> None:
    """Forget the purges that every process has seen."""
    with write_transaction(db.session()) as session:
        session.execute(delete(CachePurge).where(CachePurge.purged_at < utc_now() - KEPT))


@event.listens_for(Session, "after_commit")
def _call_listeners(session: Session) -> None:
    rows: list[CachePurge] = session.info.pop(PURGED, [])
    keys = {row.id: row.key for row in rows}
    if keys:
        for listener in tuple(commit_listeners):
            listener.purges_committed(keys)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(PURGED, None)
