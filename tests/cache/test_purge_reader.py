"""Reading purges: each is read once, in any order of commits."""

from datetime import timedelta

import pytest
from flask import Flask

from blog.cache.purge_reader import SETTLED_SECONDS, PurgeReader
from blog.cache.purges import CachePurge
from blog.database import utc_now, write_transaction
from blog.extensions import db

pytestmark = pytest.mark.usefixtures("app")


def purged(*numbers: int, seconds_ago: float = 0) -> None:
    with write_transaction(db.session()) as session:
        moment = utc_now() - timedelta(seconds=seconds_ago)
        session.add_all(CachePurge(id=id_, key=f"key/{id_}", reason="test", purged_at=moment) for id_ in numbers)


def read(reader: PurgeReader, now: float) -> set[int]:
    with db.engine.connect() as connection:
        return set(reader.read(connection, now))


def test_each_purge_is_read_once() -> None:
    reader = PurgeReader(0)
    purged(1, 2)
    assert read(reader, 0) == {1, 2}
    purged(3)
    assert read(reader, 1) == {3}
    assert read(reader, 2) == set()


def test_a_smaller_number_committed_late_is_read_too() -> None:
    reader = PurgeReader(0)
    purged(20)
    assert read(reader, 0) == {20}
    purged(10)
    assert read(reader, SETTLED_SECONDS) == {10}
    assert reader.floor == 0
    assert read(reader, SETTLED_SECONDS + 1) == set()
    assert reader.floor == 20


def test_a_new_reader_reads_late_commits_of_smaller_numbers() -> None:
    purged(10, seconds_ago=SETTLED_SECONDS + 5)
    purged(30, seconds_ago=1)
    with db.engine.connect() as connection:
        reader = PurgeReader.from_now(connection)
    assert reader.floor == 10
    purged(20)
    assert read(reader, 0) == {20, 30}


def test_without_any_purge_a_reader_reads_all_later_ones(app: Flask) -> None:
    with db.engine.connect() as connection:
        reader = PurgeReader.from_now(connection)
    purged(1)
    assert read(reader, 0) == {1}
