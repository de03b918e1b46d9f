"""Only one sync runs at a time, in this process and others."""

import threading

import pytest
from flask import Flask

from blog.config import Settings
from blog.instance import InstanceUnwritable
from blog.sync.lock import SyncRunning, sync_lock


def test_a_second_sync_waits_and_then_gives_up_with_an_error(app: Flask) -> None:
    refused: list[SyncRunning] = []

    def second() -> None:
        with app.app_context():
            try:
                with sync_lock(seconds=0.3):
                    pass
            except SyncRunning as error:
                refused.append(error)

    with sync_lock():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(20)
    assert "Another sync" in str(refused[0])
    thread = threading.Thread(target=second)
    thread.start()
    thread.join(20)
    assert len(refused) == 1, "the lock was released"


@pytest.mark.only_on("sqlite", reason="PostgreSQL locks in the database")
def test_a_lock_that_cannot_be_written_is_an_error_of_one_line(app: Flask, settings: Settings) -> None:
    (settings.instance / "sync.lock").mkdir()
    with pytest.raises(InstanceUnwritable, match=r"sync\.lock cannot be written \(Is a directory\)"), sync_lock():
        pass


def test_the_lock_is_released_however_a_sync_ends(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), sync_lock():
        raise ZeroDivisionError
    with sync_lock(seconds=0.3):
        pass
