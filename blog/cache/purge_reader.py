"""Reads the purges that were committed since the last read."""

from datetime import timedelta
from typing import Self

from sqlalchemy import Connection, bindparam, func, select

from blog.cache.purges import CachePurge
from blog.database import utc_now

SETTLED_SECONDS = 60.0
"""How much later a transaction with a smaller id may be committed than one with a greater id."""

# A constant, because every process asks this five times a second.
_ABOVE_FLOOR = select(CachePurge.id, CachePurge.key).where(CachePurge.id > bindparam("floor"))


class PurgeReader:
    """Returns each purge with an id above ``floor`` once.

    A row gets its id when it is written, but becomes visible when its transaction commits. On PostgreSQL the order can
    differ, so a row with a smaller id may still appear later. An id therefore raises the floor only after
    ``SETTLED_SECONDS``; until then the rows above the floor are read again, and those already returned are skipped.
    """

    def __init__(self, floor: int) -> None:
        self.floor = floor
        """Every purge up to this id was returned."""
        self._read: dict[int, float] = {}

    @classmethod
    def from_now(cls, connection: Connection) -> Self:
        """Make a reader for the purges of the last ``SETTLED_SECONDS`` and all later ones."""
        settled_at = utc_now() - timedelta(seconds=SETTLED_SECONDS)
        floor = connection.scalar(select(func.max(CachePurge.id)).where(CachePurge.purged_at < settled_at))
        return cls(floor or 0)

    def has_returned(self, id_: int) -> bool:
        """Whether a read has returned this purge, so that no later one will."""
        return id_ <= self.floor or id_ in self._read

    def read(self, connection: Connection, now: float) -> dict[int, str]:
        """Return the new purges' keys by id. ``now`` is the time in seconds on a monotonic clock."""
        rows = connection.execute(_ABOVE_FLOOR, {"floor": self.floor}).all()
        fresh = {id_: key for id_, key in rows if id_ not in self._read}
        self._read |= dict.fromkeys(fresh, now)
        settled = [id_ for id_, since in self._read.items() if now - since > SETTLED_SECONDS]
        for id_ in settled:
            del self._read[id_]
        self.floor = max((self.floor, *settled))
        return fresh
