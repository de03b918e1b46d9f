"""The rounds of purges: each key is sent to the shared cache three times. Tells which keys are due when."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from blog.cache.purges import EVERYTHING
from blog.cdn.progress import Position

ROUNDS_SECONDS = (0.5, 5.0, 60.0)
"""Each key is sent to the shared cache three times, this many seconds after its purge was read.

The first round waits until every process has dropped its own copy; otherwise the shared cache could fetch the old page
again. The later rounds remove old pages that were already on their way: a cache may wait a minute for the first byte.
"""
MAX_KEYS = 500
"""If more keys than this are waiting, everything is purged instead."""


@dataclass(slots=True)
class PurgeBatch:
    """Keys that were read at ``read_at``, and the number of rounds that they have completed."""

    keys: frozenset[str]
    read_at: float
    position: Position
    """Position to resume from if this batch is lost."""
    completed_rounds: int = 0

    @property
    def due_at(self) -> float:
        return self.read_at + ROUNDS_SECONDS[self.completed_rounds]


class PurgeRounds:
    """Batches of keys that have not completed all rounds. All times are seconds of the same monotonic clock."""

    def __init__(self) -> None:
        self._batches: list[PurgeBatch] = []

    def add(self, keys: Iterable[str], read_at: float, position: Position) -> None:
        """Queue ``keys`` for all rounds. A worker that starts reading at ``position`` finds them again."""
        self._batches.append(PurgeBatch(_bounded(keys), read_at, position))

    def due(self, now: float) -> frozenset[str]:
        """Return the keys to purge now."""
        return _bounded(key for batch in self._batches if batch.due_at <= now for key in batch.keys)

    def succeeded(self, now: float) -> None:
        """Record that everything that was due at ``now`` was purged."""
        for batch in self._batches:
            if batch.due_at <= now:
                batch.completed_rounds += 1
        self._batches = [batch for batch in self._batches if batch.completed_rounds < len(ROUNDS_SECONDS)]

    def failed(self, now: float) -> None:
        """Record that purging failed: merge the batches that were due at ``now``, to limit their number."""
        late = [batch for batch in self._batches if batch.due_at <= now]
        if late:
            keys = _bounded(key for batch in late for key in batch.keys)
            position = reduce(Position.earlier, (batch.position for batch in late))
            self._batches = [batch for batch in self._batches if batch.due_at > now]
            # All rounds begin again, because it is not known which of the keys the cache has purged.
            self._batches.append(PurgeBatch(keys, max(batch.read_at for batch in late), position))

    def position(self, reached: Position) -> Position:
        """Return where another worker has to start reading if this one stops after reading up to ``reached``."""
        return reduce(Position.earlier, (batch.position for batch in self._batches), reached)


def _bounded(keys: Iterable[str]) -> frozenset[str]:
    found = frozenset(keys)
    return frozenset({EVERYTHING}) if EVERYTHING in found or len(found) > MAX_KEYS else found
