"""The folder watch reports files that were saved, moved and deleted."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from blog.sources.folder.watcher import FolderWatch
from tests.support.files import write
from tests.support.waiting import wait_until


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[FolderWatch]:
    write(tmp_path, "tea.md", "# Tea")
    with FolderWatch(tmp_path) as watch:
        time.sleep(0.5)
        assert watch.changed() == [], "at first, everything may have changed"
        yield watch


def reported(watch: FolderWatch, until: Callable[[Sequence[str]], bool]) -> Sequence[str]:
    """The first report that fulfils ``until``."""
    reports: list[Sequence[str]] = []

    def is_reported() -> bool:
        changed = watch.changed()
        if changed is not None:
            reports.append(changed)
        return changed is not None and until(changed)

    wait_until(is_reported)
    return reports[-1]


def test_a_saved_article_is_named(watch: FolderWatch, tmp_path: Path) -> None:
    write(tmp_path, "tea.md", "# More tea")
    assert reported(watch, bool) == ["tea.md"]
    write(tmp_path, "cups/on-cups.md", "# Cups")
    assert reported(watch, lambda _: True) in ([], ["cups/on-cups.md"]), "a new folder may mean a whole sync"


def test_a_deleted_article_or_a_changed_image_means_a_whole_sync(watch: FolderWatch, tmp_path: Path) -> None:
    (tmp_path / "tea.md").unlink()
    assert reported(watch, lambda _: True) == []
    (tmp_path / "cup.png").write_bytes(b"cup")
    assert reported(watch, lambda _: True) == []


def test_a_change_that_could_not_be_synced_is_reported_again(watch: FolderWatch) -> None:
    assert watch.changed() is None
    watch.mark_all_changed()
    assert watch.changed() == []


def test_a_folder_that_replaces_the_watched_one_is_watched(tmp_path: Path) -> None:
    current, versions = tmp_path / "articles", [tmp_path / "first", tmp_path / "second"]
    for version in versions:
        write(version, "tea.md", "# Tea")
    current.symlink_to(versions[0])
    with FolderWatch(current) as watch:
        time.sleep(0.5)
        watch.changed()
        (tmp_path / "next").symlink_to(versions[1])
        (tmp_path / "next").rename(current)
        assert reported(watch, lambda _: True) == [], "everything may have changed"
        time.sleep(0.5)
        write(current, "cups.md", "# Cups")
        assert reported(watch, bool) == ["cups.md"]


def test_without_a_folder_nothing_changes() -> None:
    with FolderWatch(None) as watch:
        assert watch.changed() is None


def test_an_unwatchable_folder_is_logged_for_the_operator(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with FolderWatch(tmp_path / "nowhere"):
        wait_until(lambda: "reading it at intervals" in caplog.text)
    assert "Cannot watch the folder" in caplog.text
