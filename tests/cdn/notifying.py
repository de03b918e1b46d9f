"""A notifier that works as fast as its clock is moved."""

from dataclasses import dataclass

from blog.cache.purges import purge
from blog.cdn.fastly import Fastly
from blog.cdn.notifier import PurgeNotifier
from blog.database import write_transaction
from blog.extensions import db
from tests.cdn.fake_backends import SERVICE

BACKEND = f"fastly:{SERVICE}"


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def started(cdn: Fastly, clock: Clock) -> PurgeNotifier:
    notifier = PurgeNotifier(cdn, BACKEND, clock)
    notifier.work()
    return notifier


def purged(*keys: str) -> None:
    with write_transaction(db.session()) as session:
        purge(session, keys, "test")


def pass_time(notifier: PurgeNotifier, clock: Clock, seconds: float) -> None:
    """Let ``notifier`` work again and again during ``seconds`` seconds, at most once in each of them."""
    end, step = clock.now + seconds, max(1, seconds / 50)
    while clock.now < end:
        clock.now = min(end, clock.now + step)
        notifier.work()
