"""What the page cache has to forget: rows, written in the transaction that changes what is public.

Every process reads those that came since it last looked, so that all of them forget alike.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import String, delete, event
from sqlalchemy.orm import Mapped, Session, mapped_column

from blog.database import UTCDateTime, utc_now, write_transaction
from blog.extensions import Model, db

KEPT = timedelta(hours=1)
"""How long a purge is remembered. A process that has not looked for longer forgets everything."""
EVERYTHING = "everything"
"""The key that every page has."""

PURGED = "purged"
"""The mark of a session whose transaction purges something."""

hurries: set[Callable[[], None]] = set()
"""What is called in this process when a purge was committed here."""


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
    session.add_all(CachePurge(key=key[:250], reason=reason[:100], purged_at=now) for key in sorted(set(keys)))
    session.info[PURGED] = True


def prune() -> None:
    """Forget the purges that every process has seen."""
    with write_transaction(db.session()) as session:
        session.execute(delete(CachePurge).where(CachePurge.purged_at < utc_now() - KEPT))


@event.listens_for(Session, "after_commit")
def _hurry(session: Session) -> None:
    if session.info.pop(PURGED, False):
        for hurry in tuple(hurries):
            hurry()
