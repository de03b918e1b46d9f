"""Pruning deletes images that nothing shows any more, and no others."""

import os
import time
from pathlib import Path

import pytest

from blog.media.store import media_folder
from blog.sync.prune_media import NoArticles, prune, unused
from tests.support.content_fixtures import Pull
from tests.support.files import photograph, picture, write

pytestmark = pytest.mark.usefixtures("app")

DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def images(folder: Path) -> None:
    (folder / "pot.jpg").write_bytes(photograph("jpg", (900, 150)))
    (folder / "cup.jpg").write_bytes(photograph("jpg", (700, 100)))
    (folder / "leaf.png").write_bytes(picture("png", (60, 40)))


def kept() -> set[str]:
    return {path.name for path in media_folder().iterdir()}


def grow_old(days: float = 2) -> None:
    for path in media_folder().iterdir():
        os.utime(path, (time.time() - days * DAY,) * 2)


def test_an_image_that_any_page_shows_stays(folder: Path, pull: Pull) -> None:
    write(folder, "tea.md", "![](cup.jpg)", title="Tea", image="pot.jpg")
    write(folder, "draft.md", "![](leaf.png)", title="Leaf", draft="true")
    pull()
    grow_old()
    before = kept()
    assert prune(1) == []
    (folder / "tea.md").unlink()
    pull()
    assert prune(1) == []
    assert kept() == before, "withdrawn articles may come back"
    assert len(before) == 5 + 5 + 1


def test_an_unused_image_is_deleted_with_its_copies(folder: Path, pull: Pull) -> None:
    write(folder, "tea.md", "![](leaf.png)", title="Tea", image="pot.jpg")
    pull()
    write(folder, "tea.md", "![](leaf.png)", title="Tea", image="cup.jpg")
    pull()
    grow_old()
    (media_folder() / "by-hand.txt").write_text("not ours", encoding="ascii")
    before = kept()
    would_go = unused(1)
    assert kept() == before
    assert prune(1) == would_go
    gone = before - kept()
    assert gone == {file.path.name for file in would_go}
    assert len([name for name in gone if "-900" in name]) == 3
    assert len([name for name in gone if "-560" in name]) == 2
    assert len(gone) == 5
    write(folder, "tea.md", "Text", title="Tea", image="pot.jpg")
    pull()
    assert gone <= kept(), "a sync fetches images that are shown again"


def test_files_left_by_a_kill_are_deleted_after_a_day(folder: Path, pull: Pull) -> None:
    write(folder, "tea.md", "![](leaf.png)", title="Tea")
    pull()
    fresh, stale = (media_folder() / f".{'0' * 32}-900.webp.12.0123456{end}" for end in "ab")
    for path in (fresh, stale):
        path.write_bytes(b"half")
    os.utime(stale, (time.time() - 2 * DAY,) * 2)
    assert [file.path for file in prune(1)] == [stale]
    assert fresh.exists()
    assert not stale.exists()


def test_a_file_that_disappears_meanwhile_is_no_error(folder: Path, pull: Pull) -> None:
    write(folder, "tea.md", "![](leaf.png)", title="Tea")
    pull()
    (media_folder() / ".leaf.png.7.0123abcd").symlink_to("renamed")
    assert unused(1) == []


def test_with_no_articles_in_the_database_no_image_is_deleted() -> None:
    media_folder().mkdir(parents=True)
    (media_folder() / f"{'0' * 32}.png").write_bytes(picture("png"))
    grow_old()
    with pytest.raises(NoArticles, match="BLOG_DATABASE_URL"):
        prune(1)
    assert len(kept()) == 1
