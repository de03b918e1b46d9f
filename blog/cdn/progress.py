"""Stores in the database how far a shared cache was purged, so that the next worker can continue from there."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from blog.cache.purges import CDNProgress
from blog.database import write_transaction
from blog.extensions import db


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
