"""The keys that a shared cache has still to purge, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from blog.cache.purges import EVERYTHING
from blog.cdn.progress import Position

ROUNDS_SECONDS = (0.5, 5.0, 60.0)
"""How long after a purge was read its keys are purged in the shared cache, and purged again.

The first round waits until every process has dropped its own copy, or the cache could fetch the old page once more. The
later rounds catch an old page that was already on its way: a cache waits up to a minute for the first byte.
"""
MAX_KEYS = 500
"""When more keys than these wait together, everything is purged."""


@dataclass(slots=True)
class PurgeBatch:
    """Keys that were read at the time ``read_at``, and how many rounds they have had."""

    keys: frozenset[str]
    read_at: float
    position: Position
    """Position to resume from if this batch is lost."""
    rounds: int = 0

    @property
    def due_at(self) -> float:
        return self.read_at + ROUNDS_SECONDS[self.rounds]


class PurgeQueue:
    """Batches of keys that have not had all rounds yet. Times are seconds of one clock that never goes back."""

    def __init__(self) -> None:
        self._batches: list[PurgeBatch] = []

    def add(self, keys: Iterable[str], read_at: float, position: Position) -> None:
        """Have ``keys`` purged in all rounds. Reading on from ``position`` would find them again."""
        self._batches.append(PurgeBatch(_bounded(keys), read_at, position))

    def due(self, now: float) -> frozenset[str]:
        """The keys to purge now."""
        return _bounded(key for batch in self._batches if batch.due_at <= now for key in batch.keys)

    def succeeded(self, now: float) -> None:
        """Everything that was due at ``now`` was purged."""
        for batch in self._batches:
            if batch.due_at <= now:
                batch.rounds += 1
        self._batches = [batch for batch in self._batches if batch.rounds < len(ROUNDS_SECONDS)]

    def failed(self, now: float) -> None:
        """Purging what was due at ``now`` failed: merge it into one batch, so that the queue does not grow."""
        late = [batch for batch in self._batches if batch.due_at <= now]
        if late:
            keys = _bounded(key for batch in late for key in batch.keys)
            position = reduce(Position.earlier, (batch.position for batch in late))
            self._batches = [batch for batch in self._batches if batch.due_at > now]
            self._batches.append(PurgeBatch(keys, max(batch.read_at for batch in late), position))

    def position(self, reached: Position) -> Position:
        """Where another worker would have to start reading, when this one has read up to ``reached``."""
        return reduce(Position.earlier, (batch.position for batch in self._batches), reached)


def _bounded(keys: Iterable[str]) -> frozenset[str]:
    found = frozenset(keys)
    return frozenset({EVERYTHING}) if EVERYTHING in found or len(found) > MAX_KEYS else found
