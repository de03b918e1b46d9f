"""Reads the purges from the database and sends them to the shared cache.

It runs in a thread of the worker: a cache that is down does not delay a sync, and a sync does not delay a purge.
"""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from blog.background_threads import repeating
from blog.cache.header_keys import header_key
from blog.cache.purge_reader import PurgeReader
from blog.cache.purges import EVERYTHING, RETENTION
from blog.cdn.backend import CDNBackend, PurgeFailed
from blog.cdn.fingerprint import fingerprint
from blog.cdn.progress import START, Position, position_of, save_position
from blog.cdn.purge_rounds import PurgeRounds
from blog.cdn.registry import configured_backend
from blog.config import settings
from blog.content.cache_keys import scheduled_keys
from blog.database import utc_now
from blog.database_errors import error_sentence
from blog.extensions import db
from blog.fetch.retries import pause_before

POLL_SECONDS = 0.25
SAVE_SECONDS = 60
FIRST_WAIT_SECONDS = 1
MAX_WAIT_SECONDS = 60
MAX_ASKED_SECONDS = 600
"""The longest pause that a cache can ask for; longer ones are cut."""

log = logging.getLogger(__name__)


def notifying(app: Flask) -> AbstractContextManager[None]:
    """Send purges to the shared cache, if the settings name one, until the block ends."""
    backend = configured_backend(app.config["BLOG"])
    if backend is None:
        return nullcontext()
    notifier = PurgeNotifier(backend, app.config["BLOG"].purge or "")
    return repeating("cdn", POLL_SECONDS, notifier.work, app)


class PurgeNotifier:
    """Purges in ``backend`` the keys that were purged here, and those of pages that changed by time alone.

    ``name`` is the key under which the position is stored; ``clock`` is a monotonic clock in seconds.
    """

    def __init__(self, backend: CDNBackend, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._backend = backend
        self._name = name
        self._clock = clock
        self._rounds = PurgeRounds()
        self._reader: PurgeReader | None = None
        self._read_until = START.purged_until
        """Changes by time alone, such as scheduled publication, were read up to this time."""
        self._fingerprint = ""
        self._saved_at = clock()
        self._not_before = clock()
        self._tries = 0
        self._failing_since: float | None = None

    def work(self) -> None:
        """Read and send what is due now. Log when failures begin and when they end; retry with growing pauses."""
        if self._clock() < self._not_before:
            return
        try:
            # Started here, because it reads the database, which may not answer yet; then the next call tries again.
            reader = self._reader or self._start()
            self._read(reader)
            self._purge()
            self._save(reader)
        except PurgeFailed as error:
            self._wait(str(error), error.pause)
        except SQLAlchemyError as error:
            self._wait(error_sentence(error))
        except Exception:
            self._wait("Unexpected error in the worker; retrying.", is_expected=False)
        else:
            self._succeeded()

    def _start(self) -> PurgeReader:
        """Continue where the last worker stopped, or purge everything if its position cannot be used."""
        position, former = position_of(self._name)
        self._fingerprint = fingerprint(settings)
        now = utc_now()
        self._read_until = min(position.purged_until, now)
        # Purge rows are deleted after RETENTION, so after a long pause some may be missing. And new code, a new theme
        # or new settings change pages without writing a purge.
        if former != self._fingerprint or now - self._read_until > RETENTION / 2:
            self._rounds.add({EVERYTHING}, self._clock(), START)
            self._read_until = now
        self._reader = PurgeReader(position.purge_id)
        return self._reader

    def _read(self, reader: PurgeReader) -> None:
        """Queue the keys that were purged since the last call."""
        now = utc_now()
        with db.engine.connect() as connection:
            published = set(scheduled_keys(settings.comments_close_days)(connection, self._read_until, now))
            purged = reader.read(connection, self._clock())
        if published or purged:
            # The position before these rows: a new worker that starts there reads them again, so that a crash
            # before the last round loses nothing.
            before = Position(min([reader.floor, *(id_ - 1 for id_ in purged)]), self._read_until)
            self._rounds.add(published | set(purged.values()), self._clock(), before)
        self._read_until = now

    def _purge(self) -> None:
        now = self._clock()
        try:
            self._backend.purge({header_key(key) for key in self._rounds.due(now)})
        except PurgeFailed:
            self._rounds.failed(now)
            raise
        self._rounds.succeeded(now)

    def _save(self, reader: PurgeReader) -> None:
        now = self._clock()
        if now - self._saved_at >= SAVE_SECONDS:
            position = self._rounds.position(Position(reader.floor, self._read_until))
            save_position(self._name, position, self._fingerprint)
            self._saved_at = now

    def _wait(self, why: str, asked: float | None = None, *, is_expected: bool = True) -> None:
        now = self._clock()
        if self._failing_since is None:
            log.warning("The cache in front of the blog cannot be purged. %s", why, exc_info=not is_expected)
            self._failing_since = now
        self._tries += 1
        pause = pause_before(self._tries + 1, FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS)
        if asked is not None:
            pause = max(pause, min(asked, MAX_ASKED_SECONDS))
        self._not_before = now + pause

    def _succeeded(self) -> None:
        self._tries = 0
        if self._failing_since is not None:
            seconds = self._clock() - self._failing_since
            log.warning("The cache in front of the blog is purged again, after %d s.", seconds)
            self._failing_since = None
