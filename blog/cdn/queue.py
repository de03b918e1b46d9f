"""What a cache in front still has to be told, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from blog.cache.purges import EVERYTHING
from blog.cdn.progress import Position

ROUNDS_SECONDS = (0.5, 5.0, 60.0)
"""How long after a purge was read it is told: twice as late as every process has seen it, or the cache could fetch the
old page once more; and again, since an old page may be on its way for as long as a cache waits for its first byte."""
MAX_KEYS = 500
"""When more keys than these wait together, everything is forgotten."""


@dataclass(slots=True)
class Batch:
    """Keys that were read at the time ``read``, and how many rounds they were told in."""

    keys: frozenset[str]
    read: float
    position: Position
    """From where to read on where this batch was lost."""
    rounds: int = 0

    @property
    def due(self) -> float:
        return self.read + ROUNDS_SECONDS[self.rounds]


class Pending:
    """Batches of keys that were not told in all rounds yet; times are those of one clock that never goes back."""

    def __init__(self) -> None:
        self._batches: list[Batch] = []

    def add(self, keys: Iterable[str], read: float, position: Position) -> None:
        """Have ``keys`` told. ``position`` is one from which they would be read again."""
        self._batches.append(Batch(_bounded(keys), read, position))

    def due(self, now: float) -> frozenset[str]:
        """The keys to tell now."""
        return _bounded(key for batch in self._batches if batch.due <= now for key in batch.keys)

    def told(self, now: float) -> None:
        """All that was due at ``now`` was told."""
        for batch in self._batches:
            if batch.due <= now:
                batch.rounds += 1
        self._batches = [batch for batch in self._batches if batch.rounds < len(ROUNDS_SECONDS)]

    def failed(self, now: float) -> None:
        """It was not. What is late becomes one batch, so that a long trouble costs no more than a short one."""
        late = [batch for batch in self._batches if batch.due <= now]
        if late:
            keys = _bounded(key for batch in late for key in batch.keys)
            position = reduce(Position.earlier, (batch.position for batch in late))
            self._batches = [batch for batch in self._batches if batch.due > now]
            self._batches.append(Batch(keys, max(batch.read for batch in late), position))

    def position(self, reached: Position) -> Position:
        """From where another worker would have to read on, where this one has read up to ``reached``."""
        return reduce(Position.earlier, (batch.position for batch in self._batches), reached)


def _bounded(keys: Iterable[str]) -> frozenset[str]:
    found = frozenset(keys)
    return frozenset({EVERYTHING}) if EVERYTHING in found or len(found) > MAX_KEYS else found
