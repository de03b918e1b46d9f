"""A document that crashes the processes that read it is set aside, and stops no other document."""

import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.config import Settings
from blog.content.documents import Document, InvalidDocument
from blog.doctor.findings import Level
from blog.doctor.source_check import check_source
from blog.sources.base import SourceItem
from blog.sources.folder.source import FolderSource
from blog.sources.registry import source_name
from blog.sync import parallel_preparer, reading_notes, worker_pool
from blog.sync.crash_files import FOLDER
from blog.sync.crashing_documents import MAX_CRASHES, set_aside
from blog.sync.rejections import rejections
from blog.sync.run import sync
from tests.support.applications import opened
from tests.support.content_fixtures import Pull
from tests.support.files import UTC_ZONE, many, write
from tests.support.rows import live_slugs
from tests.sync.two_processors import two

KILLER = "killer.md"
LETHAL = "This text kills."
KILLED = -signal.SIGKILL

pytestmark = pytest.mark.usefixtures("app")


class LethalSource(FolderSource):
    """A folder in which one text crashes the process that reads it, as a lack of memory does."""

    def listing(self) -> Iterator[SourceItem]:
        for listed in super().listing():
            is_lethal = LETHAL in (self.folder / listed.source_id).read_text(encoding="utf-8")
            yield replace(listed, load=kill) if is_lethal else listed


def kill() -> Document:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("not reached")


def pull_lethal(settings: Settings, name: str, folder: Path, first_shared: int, *, full: bool) -> None:
    """Sync the folder; several processes share the work from the document ``first_shared`` on."""
    parallel_preparer.FEW = first_shared
    reading_notes.forget_notes_on_sigterm()
    # Forks need not import the blog, and the connections that they share with this process are not used by them.
    forked = patch.object(worker_pool, "get_context", lambda _: get_context("fork"))
    with forked, patch.object(parallel_preparer, "processors", two), opened(settings):
        sync(LethalSource(name, folder, UTC_ZONE), full=full)


@pytest.fixture
def settings(settings: Settings, folder: Path) -> Settings:
    return replace(settings, source=f"folder:{folder}")


@pytest.fixture
def source(settings: Settings, folder: Path) -> FolderSource:
    return FolderSource(source_name(settings), folder, UTC_ZONE)


@pytest.fixture
def exit_code(settings: Settings, source: FolderSource, folder: Path) -> Callable[..., int | None]:
    """Sync in a forked process; the function returns how it ended."""

    def run(*, first_shared: int = 1_000, full: bool = False) -> int | None:
        arguments = (settings, source.name, folder, first_shared)
        process = get_context("fork").Process(target=pull_lethal, args=arguments, kwargs={"full": full})
        process.start()
        process.join(60)
        return process.exitcode

    return run


@pytest.fixture
def articles(folder: Path) -> None:
    write(folder, "a-first.md", "Hot.", title="First")
    write(folder, KILLER, LETHAL, title="Killer")
    write(folder, "z-last.md", "Hot.", title="Last")


@pytest.mark.usefixtures("articles")
def test_a_document_that_killed_its_process_twice_is_skipped_by_name(
    app: Flask, source: FolderSource, exit_code: Callable[..., int | None]
) -> None:
    assert [exit_code(), exit_code(), exit_code()] == [KILLED, KILLED, 0]
    assert sorted(live_slugs()) == ["a-first", "z-last"]
    count, [entry] = rejections(source.name, 5)
    assert (count, entry.name) == (1, KILLER)
    assert entry.reason.startswith("2 processes ended while they read it, so it is set aside")
    assert "blog sync --full" in entry.reason
    assert set_aside(source.name) == [KILLER]
    assert set_aside("folder:other") == []
    assert exit_code() == 0, "it stays set aside"
    modes = [oct(path.stat().st_mode)[-3:] for path in sorted((app.config["BLOG"].instance / FOLDER).rglob("**/*"))]
    assert modes == ["600"]


@pytest.mark.usefixtures("articles")
def test_a_skipped_document_is_read_again_when_it_changes(
    folder: Path, source: FolderSource, exit_code: Callable[..., int | None]
) -> None:
    for _ in range(3):
        exit_code()
    write(folder, KILLER, "Harmless now.", title="Killer")
    assert exit_code() == 0
    assert sorted(live_slugs()) == ["a-first", "killer", "z-last"]
    assert rejections(source.name, 5) == (0, [])
    assert set_aside(source.name) == []


@pytest.mark.usefixtures("articles")
def test_a_skipped_document_is_read_again_by_a_full_sync(
    source: FolderSource, pull: Pull, exit_code: Callable[..., int | None]
) -> None:
    for _ in range(3):
        exit_code()
    assert exit_code(full=True) == KILLED
    assert exit_code() == 0
    assert set_aside(source.name) == [KILLER]
    assert pull(full=True).created == 1, "the text was not the cause of the kill"
    assert set_aside(source.name) == []


@pytest.mark.usefixtures("articles")
def test_a_document_that_kills_one_of_several_processes_is_found(
    folder: Path, source: FolderSource, exit_code: Callable[..., int | None]
) -> None:
    many(folder, 250)
    assert exit_code(first_shared=0) == KILLED, "first one of several processes, then the main process"
    assert exit_code(first_shared=0) == 0
    assert len(live_slugs()) == 252
    assert set_aside(source.name) == [KILLER]


@pytest.mark.usefixtures("articles")
def test_a_document_that_is_deleted_leaves_no_mark(
    app: Flask, folder: Path, exit_code: Callable[..., int | None]
) -> None:
    exit_code()
    (folder / KILLER).unlink()
    assert exit_code() == 0
    assert _notes(app) == []


def test_stopping_a_process_blames_no_document(app: Flask) -> None:
    process = get_context("fork").Process(target=_read_until_stopped, args=(app,))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGTERM
    assert _notes(app) == []


def _read_until_stopped(app: Flask) -> None:
    reading_notes.forget_notes_on_sigterm()
    with app.app_context(), reading_notes.reading("folder:articles") as begin:
        begin(SourceItem("slow.md", "1", kill))
        os.kill(os.getpid(), signal.SIGTERM)


def test_only_the_document_read_when_a_process_was_killed_is_blamed(app: Flask) -> None:
    processes = [_start_to_read(app) for _ in range(MAX_CRASHES)]
    assert _refusals(app) == [], "they are alive"
    for process in processes:
        process.kill()
        process.join(60)
    assert _refusals(app) == ["slow.md"]
    assert set_aside("folder:articles") == ["slow.md"]


def _start_to_read(app: Flask) -> BaseProcess:
    ours, theirs = get_context("fork").Pipe(duplex=False)
    process = get_context("fork").Process(target=_read_slowly, args=(app, theirs))
    process.start()
    assert ours.recv()
    return process


def _read_slowly(app: Flask, connection: Connection) -> None:
    with app.app_context(), reading_notes.reading("folder:articles") as begin:
        begin(SourceItem("one-with-a-longer-name.md", "1", kill))
        begin(SourceItem("slow.md", "1", kill))
        connection.send(True)
        time.sleep(60)


def _refusals(app: Flask) -> list[str]:
    """The documents that this process refuses to read."""
    refused = []
    with app.app_context(), reading_notes.reading("folder:articles") as begin:
        for name in ("one-with-a-longer-name.md", "slow.md"):
            try:
                begin(SourceItem(name, "1", kill))
            except InvalidDocument:
                refused.append(name)
    return refused


def test_a_process_killed_before_it_wrote_its_note_leaves_nothing(app: Flask) -> None:
    process = get_context("fork").Process(target=_be_killed_before_the_first_document, args=(app,))
    process.start()
    process.join(60)
    assert process.exitcode == KILLED
    assert [path.stat().st_size for path in _notes(app)] == [0]
    assert _refusals(app) == []
    assert _notes(app) == []


def _be_killed_before_the_first_document(app: Flask) -> None:
    with app.app_context(), reading_notes.reading("folder:articles"):
        kill()


def _notes(app: Flask) -> list[Path]:
    return list((app.config["BLOG"].instance / FOLDER).iterdir())


def test_a_note_that_is_deleted_before_its_process_locks_it_is_made_again(app: Flask) -> None:
    process = get_context("fork").Process(target=_lose_the_first_note, args=(app,))
    process.start()
    process.join(60)
    assert process.exitcode == KILLED
    assert len(_notes(app)) == 1, "the second note, which a process that counts crashes finds"


def _lose_the_first_note(app: Flask) -> None:
    lock = fcntl.flock
    notes: list[Path] = []

    def delete_first(descriptor: int, operation: int) -> None:
        if not notes:
            notes.extend(_notes(app))
            notes[0].unlink()
        lock(descriptor, operation)

    with patch.object(fcntl, "flock", delete_first):
        _be_killed_before_the_first_document(app)


def test_a_read_only_instance_folder_skips_no_document(app: Flask, folder: Path, pull: Pull) -> None:
    (app.config["BLOG"].instance / FOLDER).write_bytes(b"in the way")
    write(folder, "tea.md", "Hot.", title="Tea")
    assert pull().created == 1


@pytest.mark.usefixtures("articles")
def test_doctor_and_the_readiness_check_list_skipped_documents(
    client: FlaskClient, exit_code: Callable[..., int | None]
) -> None:
    for _ in range(3):
        exit_code()
    assert client.get("/readyz").json["source"]["documents_set_aside"] == 1  # type: ignore[index]
    [found] = [finding for finding in check_source() if KILLER in finding.what]
    assert found.level is Level.WARNING
    assert "set aside" in found.what
