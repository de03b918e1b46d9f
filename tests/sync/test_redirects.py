"""An article keeps its readers when its slug, its file or its source changes."""

from pathlib import Path

import pytest

from blog.sources.folder.source import FolderSource
from blog.sync.run import sync
from tests.support.content_fixtures import Pull
from tests.support.files import UTC_ZONE, write
from tests.support.rows import article, live_slugs, redirects

pytestmark = pytest.mark.usefixtures("app")


def test_a_changed_slug_leaves_a_redirect(folder: Path, pull: Pull) -> None:
    write(folder, "tea.md", "# Tea")
    pull()
    write(folder, "tea.md", "# Tea", slug="on-tea")
    assert pull().updated == 1
    assert live_slugs() == ["on-tea"]
    assert redirects() == {"/articles/tea": "on-tea"}
    write(folder, "tea.md", "# Tea", slug="tea")
    pull()
    assert redirects() == {"/articles/on-tea": "tea"}, "the address of an article never redirects"


def test_two_articles_can_swap_their_slugs_by_a_third_one(folder: Path, pull: Pull) -> None:
    write(folder, "a.md", "# A", slug="one")
    write(folder, "b.md", "# B", slug="two")
    pull()
    write(folder, "a.md", "# A", slug="two")
    write(folder, "b.md", "# B", slug="one")
    assert [entry.name for entry in pull().rejected] == ["a.md", "b.md"]
    assert (article("one").title, article("two").title) == ("A", "B")
    for slug in ("three", "two"):
        write(folder, "a.md", "# A", slug=slug)
        assert pull().rejected == []
    assert (article("one").title, article("two").title) == ("B", "A")
    assert redirects() == {"/articles/three": "two"}


def test_former_addresses_redirect_unless_they_are_taken(folder: Path, pull: Pull) -> None:
    write(folder, "a-first.md", "# First", redirect_from="[/old/first, /tags/tea, /moderation/, /]")
    write(folder, "b-second.md", "# Second", redirect_from="[/old/first, /articles/a-first, /old/caf%C3%A9]")
    report = pull()
    assert redirects() == {"/old/first": "a-first", "/old/café": "b-second"}
    assert sorted(entry.name for entry in report.notes) == ["a-first.md"] * 3 + ["b-second.md"] * 2
    assert all("redirect_from" in entry.reason for entry in report.notes)


def test_two_files_with_one_slug_are_reported(folder: Path, pull: Pull) -> None:
    write(folder, "one.md", "# One", slug="tea")
    write(folder, "two.md", "# Two", slug="tea")
    for report in (pull(), pull()):
        assert [(entry.name, entry.line) for entry in report.rejected] == [("two.md", 2)]
        assert "one.md" in report.rejected[0].reason
    assert article("tea").title == "One"


def test_a_moved_file_is_the_same_article(folder: Path, pull: Pull) -> None:
    write(folder, "tea.md", "# Tea")
    pull()
    before = article("tea").id
    (folder / "tea.md").unlink()
    write(folder, "drinks/tea.md", "# Tea\n\nMoved.")
    report = pull()
    assert (report.created, report.withdrawn, report.rejected) == (0, [], [])
    assert article("tea").id == before
    assert "Moved." in article("tea").body_html


def test_an_article_moves_with_the_blog_to_another_source(folder: Path, pull: Pull, tmp_path: Path) -> None:
    write(folder, "tea.md", "# Tea")
    pull()
    before = article("tea").id
    other = tmp_path / "other"
    write(other, "posts/tea.md", "# Tea, again")
    report = sync(FolderSource("folder:other", other, UTC_ZONE), confirm_source=True)
    assert (report.created, report.updated, report.withdrawn) == (0, 1, [])
    assert article("tea").id == before
    assert article("tea").source == "folder:other"
