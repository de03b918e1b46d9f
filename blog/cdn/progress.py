"""How far a shared cache was purged: kept in the database, so that the next worker continues there."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from blog.cache.purges import CDNProgress
from blog.database import write_transaction
from blog.extensions import db


@dataclass(frozen=True, slots=True)
class Position:
    """Every purge up to ``purge_id`` was passed on, and everything that became public before ``purged_until``."""

    purge_id: int
    purged_until: datetime

    def earlier(self, other: "Position") -> "Position":
        """The position from which nothing of either is missed."""
        return Position(min(self.purge_id, other.purge_id), min(self.purged_until, other.purged_until))


START = Position(0, datetime.fromtimestamp(0, UTC))
"""The position of a cache that was never purged."""


def position_of(backend: str) -> tuple[Position, str]:
    """The position of the cache ``backend``, and the fingerprint of its pages; empty where it is not known."""
    row = db.session.get(CDNProgress, backend, populate_existing=True)
    db.session.commit()
    return (Position(row.purge_id, row.purged_until), row.fingerprint) if row else (START, "")


def save_position(backend: str, position: Position, fingerprint: str) -> None:
    """Remember a position. Of two workers that save at once the later one wins, and some keys are purged again."""
    with suppress(IntegrityError), write_transaction(db.session()) as session:
        session.merge(
            CDNProgress(
                backend=backend,
                purge_id=position.purge_id,
                purged_until=position.purged_until,
                fingerprint=fingerprint,
            )
        )
