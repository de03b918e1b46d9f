"""How far a cache in front was told: kept in the database, so that the next worker goes on from there."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from blog.cache.purges import FrontPosition
from blog.database import write_transaction
from blog.extensions import db


@dataclass(frozen=True, slots=True)
class Position:
    """The cache was told of every purge up to ``purge_id``, and of everything that changed before ``told_until``."""

    purge_id: int
    told_until: datetime

    def earlier(self, other: "Position") -> "Position":
        """The one from which both are reached."""
        return Position(min(self.purge_id, other.purge_id), min(self.told_until, other.told_until))


NOWHERE = Position(0, datetime.fromtimestamp(0, UTC))
"""The position of a cache that was told of nothing."""


def position_of(front: str) -> tuple[Position, str]:
    """Where the cache ``front`` stands, and what its pages are made with; an empty text where that is not known."""
    row = db.session.get(FrontPosition, front, populate_existing=True)
    db.session.commit()
    return (Position(row.purge_id, row.told_until), row.made_with) if row else (NOWHERE, "")


def note_position(front: str, position: Position, made_with: str) -> None:
    """Remember it. Of two workers that note at once, the later wins; going back only means to tell something again."""
    with suppress(IntegrityError), write_transaction(db.session()) as session:
        session.merge(
            FrontPosition(front=front, purge_id=position.purge_id, told_until=position.told_until, made_with=made_with)
        )
