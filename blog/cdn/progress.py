"""Stores in the database how far a shared cache was purged, so that the next worker can continue from there."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from blog.database import UTCDateTime, write_transaction
from blog.extensions import Model, db


class CDNProgress(Model):
    """How far a shared cache in front of the blog was purged, so that the next worker can continue from there."""

    __tablename__ = "front_position"

    backend: Mapped[str] = mapped_column("front", String(300), primary_key=True)
    """The setting ``BLOG_PURGE``."""
    purge_id: Mapped[int] = mapped_column()
    """Every purge up to this id was passed on."""
    purged_until: Mapped[datetime] = mapped_column("told_until", UTCDateTime)
    """Everything that became public before this time was passed on."""
    fingerprint: Mapped[str] = mapped_column("made_with", String(64))
    """See :mod:`blog.cdn.fingerprint`."""


@dataclass(frozen=True, slots=True)
class Position:
    """Purges up to ``purge_id`` were sent, and so were changes by time alone up to ``purged_until``."""

    purge_id: int
    purged_until: datetime

    def earlier(self, other: "Position") -> "Position":
        """Return the earlier of both values, so that resuming there misses nothing."""
        return Position(min(self.purge_id, other.purge_id), min(self.purged_until, other.purged_until))


START = Position(0, datetime.fromtimestamp(0, UTC))
"""The position for a cache that was never purged."""


def position_of(backend: str) -> tuple[Position, str]:
    """Return the stored position and fingerprint for ``backend``; ``START`` and an empty text if there are none."""
    row = db.session.get(CDNProgress, backend, populate_existing=True)
    db.session.commit()
    return (Position(row.purge_id, row.purged_until), row.fingerprint) if row else (START, "")


def save_position(backend: str, position: Position, fingerprint: str) -> None:
    """Store a position. If two workers store at once, one of the positions is kept; some keys may be purged again."""
    with suppress(IntegrityError), write_transaction(db.session()) as session:
        session.merge(
            CDNProgress(
                backend=backend,
                purge_id=position.purge_id,
                purged_until=position.purged_until,
                fingerprint=fingerprint,
            )
        )
