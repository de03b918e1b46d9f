"""The watcher drops purged pages, and remembers the purges of its own process no longer than needed."""

from collections.abc import Iterable

import pytest
from flask import Flask

from blog.cache.purge_watcher import PurgeWatcher
from blog.cache.purges import CachePurge, commit_listeners, purge
from blog.cache.store import Store
from blog.database import write_transaction
from blog.extensions import db


class Purged(Store):
    """Notes the purged keys."""

    def __init__(self) -> None:
        super().__init__(0)
        self.keys: list[str] = []

    def purge(self, keys: Iterable[str]) -> None:
        self.keys += keys


@pytest.fixture
def purged() -> Purged:
    return Purged()


@pytest.fixture
def watcher(app: Flask, purged: Purged) -> PurgeWatcher:
    """A watcher whose thread has ended, so that only the test reads."""
    watcher = PurgeWatcher(db.engine, purged, lambda *_: ())
    watcher.start()
    watcher.stop()
    return watcher


def committed(key: str) -> dict[int, str]:
    """Commit a purge; return its key by its id."""
    with write_transaction(db.session()) as session:
        purge(session, [key], "test")
    row = db.session.scalars(db.select(CachePurge)).one()
    return {row.id: row.key}


def test_a_purge_of_this_process_is_dropped_at_once_and_not_again(watcher: PurgeWatcher, purged: Purged) -> None:
    committed("article/1")
    assert purged.keys == ["article/1"]
    watcher.look()
    assert purged.keys == ["article/1"]
    assert not watcher._own


def test_a_purge_that_is_read_before_its_process_learns_of_the_commit_is_not_kept(
    watcher: PurgeWatcher, purged: Purged
) -> None:
    commit_listeners.discard(watcher)
    keys = committed("article/1")
    watcher.look()
    watcher.purges_committed(keys)
    watcher.look()
    assert purged.keys == ["article/1"] * 2
    assert not watcher._own
