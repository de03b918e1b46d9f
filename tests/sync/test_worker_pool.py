"""Several processes prepare many documents; if they end, no document is lost."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from blog.content.documents import Document
from blog.instance import InstanceUnwritable
from blog.media.store import media_folder
from blog.sources.base import SourceItem
from blog.sources.folder.source import FolderSource
from blog.sync import parallel_preparer, worker_pool
from blog.sync.batches import BATCH_SIZE
from blog.sync.images import Images
from blog.sync.prepare import Prepared, prepare
from blog.sync.report import SyncReport
from blog.sync.run import sync
from blog.sync.state import SyncProgress
from tests.support.content_fixtures import Pull
from tests.support.files import PNG, UTC_ZONE, many, write
from tests.support.process_groups import members
from tests.support.rows import article, live_slugs
from tests.support.servers import launch
from tests.support.waiting import TIMEOUT_SECONDS, wait_until
from tests.sync import two_processors

COUNT = 4 * BATCH_SIZE
ENOUGH_TO_BE_INTERRUPTED = 1_500


@pytest.fixture
def spawned_helper(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another process works beside this one from the first document on; it ends before the test does."""
    monkeypatch.setattr(parallel_preparer, "FEW", 0)
    monkeypatch.setattr(parallel_preparer, "processors", lambda: 2)
    before = set(multiprocessing.active_children())  # the process that parses long texts stays
    yield
    assert set(multiprocessing.active_children()) <= before


@pytest.fixture
def helper(spawned_helper: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, but the processes do not import the blog, which takes most of their time: one did it for all."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["blog.sync.prepare"])
    monkeypatch.setattr(worker_pool, "get_context", lambda _: context)


@pytest.mark.only_on("sqlite", reason="the processes use no database")
@pytest.mark.usefixtures("app", "spawned_helper")
def test_processes_that_share_nothing_with_this_one_prepare_documents(
    folder: Path, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blog.sync.prepare.prepare", None)  # in this process, not in others
    many(folder, 3)
    assert pull().created == 3


@pytest.mark.usefixtures("app", "helper")
def test_documents_prepared_by_other_processes_are_stored_and_reported(
    folder: Path, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel_preparer, "MAX_WAITING", COUNT)
    monkeypatch.setattr("blog.sync.prepare.prepare", None)  # in this process, not in others
    many(folder, COUNT)
    (folder / "cup.png").write_bytes(PNG)
    write(folder, "tea.md", "![A cup](cup.png) and ![a pot](pot.png)", title="Tea")
    write(folder, "wrong.md", "Water.", title="Wrong", comments="perhaps")
    report = pull()
    assert (report.created, len(report.rejected)) == (COUNT + 1, 1)
    assert (report.rejected[0].name, report.rejected[0].line) == ("wrong.md", 3)
    assert ["pot.png" in note.reason for note in report.notes] == [True]
    assert "/media/" in article("tea").body_html
    assert len(live_slugs()) == COUNT + 1
    assert pull().unchanged == COUNT + 1


@pytest.mark.usefixtures("app", "helper")
def test_this_process_prepares_documents_while_the_other_is_busy(
    folder: Path, pull: Pull, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared_here: list[str] = []

    def prepare_here(listed: SourceItem, source: FolderSource, images: Images) -> Prepared:
        prepared_here.append(listed.source_id)
        return prepare(listed, source, images)

    monkeypatch.setattr("blog.sync.prepare.prepare", prepare_here)
    monkeypatch.setattr(parallel_preparer, "MAX_WAITING", 1)
    many(folder, COUNT)
    assert pull().created == COUNT
    assert 0 < len(prepared_here) < COUNT


@pytest.mark.usefixtures("app", "helper")
def test_a_killed_process_loses_no_document(folder: Path, pull: Pull) -> None:
    many(folder, COUNT)
    killed: list[int] = []

    def kill(progress: SyncProgress) -> None:
        if progress.count > 2 * BATCH_SIZE and not killed:
            killed.extend(process.pid or 0 for process in multiprocessing.active_children())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    report: SyncReport = pull(on_progress=kill)
    assert killed
    assert (report.created, report.rejected) == (COUNT, [])


@pytest.mark.usefixtures("app", "helper")
def test_a_disk_that_stores_no_image_ends_the_sync_and_its_processes(folder: Path, pull: Pull) -> None:
    many(folder, COUNT)
    (folder / "cup.png").write_bytes(PNG)
    write(folder, "a-cup.md", "![A cup](cup.png)", title="Tea")
    media_folder().write_bytes(b"in the way")
    with pytest.raises(InstanceUnwritable, match="cannot be written"):
        pull()


def stored(database: Path) -> int:
    """The number of articles in the database."""
    with closing(sqlite3.connect(database)) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM article")
        return int(count)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_sync_that_is_ended_ends_its_processes(tmp_path: Path, sqlite_template: Path, end: signal.Signals) -> None:
    many(tmp_path / "articles", ENOUGH_TO_BE_INTERRUPTED)
    (tmp_path / "instance").mkdir()
    database = Path(shutil.copy(sqlite_template, tmp_path / "instance"))
    source = f"folder:{tmp_path / 'articles'}"
    process = launch(tmp_path, "sync", BLOG_SOURCE=source, **two_processors.RUN_FIRST)
    wait_until(lambda: stored(database) > parallel_preparer.FEW, process)  # now other processes help
    assert len(members(process.pid)) > 1
    if end is signal.SIGINT:
        os.killpg(process.pid, end)  # as a terminal does it
    else:
        process.send_signal(end)
    assert process.wait(TIMEOUT_SECONDS) != 0
    wait_until(lambda: not members(process.pid))
    said = (tmp_path / "output").read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert "created" not in said


def _unpicklable(load: Callable[[], Document]) -> Callable[[], Document]:
    return lambda: load()  # noqa: PLW0108 - it is the lambda that matters


class LambdaSource(FolderSource):
    """A source whose documents no other process can read."""

    def listing(self) -> Iterator[SourceItem]:
        for listed in super().listing():
            yield replace(listed, load=_unpicklable(listed.load))


@pytest.mark.usefixtures("app", "helper")
def test_a_source_that_only_one_process_can_read_is_read_by_one(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    many(folder, COUNT)
    report = sync(LambdaSource("folder:articles", folder, UTC_ZONE))
    assert (report.created, report.rejected) == (COUNT, [])
    assert "cannot be read by several processes" in caplog.text
