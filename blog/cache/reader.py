"""Reads the purges that were committed since the last read."""

from datetime import timedelta
from typing import Self

from sqlalchemy import Connection, func, select

from blog.cache.purges import CachePurge
from blog.database import utc_now

SETTLED_SECONDS = 60.0
"""How long a transaction with a smaller number may be committed after one with a greater."""


class PurgeReader:
    """The purges with a number above ``floor`` that :meth:`read` has not returned yet.

    Numbers are given when a row is written, and rows are seen when their transactions are committed; on PostgreSQL that
    may be another order. So a greater number says that all smaller ones were read only after it has settled.
    """

    def __init__(self, floor: int) -> None:
        self.floor = floor
        """Every purge up to this number was read."""
        self._read: dict[int, float] = {}

    @classmethod
    def from_now(cls, connection: Connection) -> Self:
        """Those that are still to come, and those of the last minute."""
        settled_at = utc_now() - timedelta(seconds=SETTLED_SECONDS)
        floor = connection.scalar(select(func.max(CachePurge.id)).where(CachePurge.purged_at < settled_at))
        return cls(floor or 0)

    def read(self, connection: Connection, now: float) -> dict[int, str]:
        """Their keys by their numbers. ``now`` is the time on a clock that never goes back, in seconds."""
        rows = connection.execute(select(CachePurge.id, CachePurge.key).where(CachePurge.id > self.floor)).all()
        fresh = {id_: key for id_, key in rows if id_ not in self._read}
        self._read |= dict.fromkeys(fresh, now)
        settled = [id_ for id_, since in self._read.items() if now - since > SETTLED_SECONDS]
        for id_ in settled:
            del self._read[id_]
        self.floor = max((self.floor, *settled))
        return fresh
