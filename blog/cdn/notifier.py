"""Following the purges, and telling them to the cache in front.

This is the worker's, in a thread of its own: neither does a cache that is down hold up a sync, nor a sync a decision.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from blog.cache.header_keys import header_key
from blog.cache.purges import EVERYTHING, KEPT
from blog.cache.reader import PurgeReader
from blog.cdn import Front, PurgeFailed, configured_backend
from blog.cdn.fingerprint import made_with
from blog.cdn.progress import NOWHERE, Position, note_position, position_of
from blog.cdn.queue import Pending
from blog.config import settings
from blog.content.cache_keys import keys_published_between
from blog.database import utc_now
from blog.extensions import db
from blog.fetch.retries import pause_before

POLL_SECONDS = 0.25
NOTE_SECONDS = 60
FIRST_WAIT_SECONDS = 1
MAX_WAIT_SECONDS = 60
MAX_ASKED_SECONDS = 600
"""A cache that asks for a longer pause gets this one."""
STOP_SECONDS = 2

log = logging.getLogger(__name__)


@contextmanager
def front_told(app: Flask) -> Iterator[None]:
    """Tell the cache in front, if the settings name one, until the block ends."""
    with app.app_context():
        front = configured_backend(settings)
    if front is None:
        yield
        return
    is_over = threading.Event()
    thread = threading.Thread(target=_follow, args=(app, front, is_over), name="front", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(STOP_SECONDS)


def _follow(app: Flask, front: Front, is_over: threading.Event) -> None:
    with app.app_context():
        follower = PurgeNotifier(front, settings.purge or "")
    while not is_over.wait(POLL_SECONDS):
        with app.app_context():
            follower.work()


class PurgeNotifier:
    """Tells ``front`` what was purged, and what became public by itself.

    ``key`` is what its position is remembered by; ``clock`` tells seconds and never goes back.
    """

    def __init__(self, front: Front, key: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._front = front
        self._key = key
        self._clock = clock
        self._pending = Pending()
        self._unread: PurgeReader | None = None
        self._until = NOWHERE.told_until
        """What became public by itself before was read."""
        self._made_with = ""
        self._noted_at = clock()
        self._not_before = clock()
        self._tries = 0
        self._trouble_since: float | None = None

    def work(self) -> None:
        """Do what is due now. Trouble is logged when it begins and when it ends, and tried again later and later."""
        if self._clock() < self._not_before:
            return
        try:
            unread = self._unread or self._begin()
            self._read(unread)
            self._tell()
            self._note(unread)
        except PurgeFailed as error:
            self._wait(str(error), error.pause)
        except SQLAlchemyError as error:
            self._wait(f"The database does not do as asked ({' '.join(str(error).split())[:300]}).")
        except Exception:
            self._wait("The worker met what it does not know.", is_known=False)
        else:
            self._go_on()

    def _begin(self) -> PurgeReader:
        """Go on where the last worker ended; where that was too long ago, have everything forgotten."""
        position, former = position_of(self._key)
        self._made_with = made_with(settings)
        now = utc_now()
        self._until = min(position.told_until, now)
        if former != self._made_with or now - self._until > KEPT / 2:
            self._pending.add({EVERYTHING}, self._clock(), NOWHERE)
            self._until = now
        self._unread = PurgeReader(position.purge_id)
        return self._unread

    def _read(self, unread: PurgeReader) -> None:
        """Read what was purged since the last time."""
        now = utc_now()
        with db.engine.connect() as connection:
            due = set(keys_published_between(connection, self._until, now))
            fresh = unread.read(connection, self._clock())
        if due or fresh:
            before = Position(min([unread.floor, *(id_ - 1 for id_ in fresh)]), self._until)
            self._pending.add(due | set(fresh.values()), self._clock(), before)
        self._until = now

    def _tell(self) -> None:
        now = self._clock()
        try:
            self._front.forget({header_key(key) for key in self._pending.due(now)})
        except PurgeFailed:
            self._pending.failed(now)
            raise
        self._pending.told(now)

    def _note(self, unread: PurgeReader) -> None:
        now = self._clock()
        if now - self._noted_at >= NOTE_SECONDS:
            position = self._pending.position(Position(unread.floor, self._until))
            note_position(self._key, position, self._made_with)
            self._noted_at = now

    def _wait(self, trouble: str, asked: float | None = None, *, is_known: bool = True) -> None:
        now = self._clock()
        if self._trouble_since is None:
            log.warning("The cache in front does not learn what changes. %s", trouble, exc_info=not is_known)
            self._trouble_since = now
        self._tries += 1
        pause = pause_before(self._tries + 1, FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS)
        if asked is not None:
            pause = max(pause, min(asked, MAX_ASKED_SECONDS))
        self._not_before = now + pause

    def _go_on(self) -> None:
        self._tries = 0
        if self._trouble_since is not None:
            log.warning(
                "The cache in front learns again what changes, after %d s.", self._clock() - self._trouble_since
            )
            self._trouble_since = None
