"""Rejected documents are listed with their titles, stored, and logged once."""

from pathlib import Path

import pytest

from blog.sources.folder.source import FolderSource
from blog.sync.rejections import rejections
from blog.sync.run import sync_documents
from tests.support.content_fixtures import Pull
from tests.support.files import many, write

pytestmark = pytest.mark.usefixtures("app")

TOO_LONG = "x" * 400


def test_a_rejected_document_is_reported_once_with_its_title(folder: Path, source: FolderSource, pull: Pull) -> None:
    many(folder, 2)
    write(folder, "tea.md", "Hot.", title="On Tea", seo_title=TOO_LONG)
    report = pull()
    assert str(report.rejected[0]) == "tea.md:3 “On Tea”: seo_title: is longer than 300 characters"
    assert report.newly_rejected == report.rejected
    again = pull()
    assert again.rejected == report.rejected
    assert again.newly_rejected == []
    assert not again.is_news
    assert not any("rejected: " in line for line in again.lines(only_news=True))
    assert rejections(source.name, 5) == (1, report.rejected)


def test_a_rejection_with_another_reason_is_reported_again(folder: Path, pull: Pull) -> None:
    write(folder, "tea.md", "Hot.", title="On Tea", seo_title=TOO_LONG)
    pull()
    write(folder, "tea.md", "Hot.", title="On Tea", series=TOO_LONG)
    assert "series" in pull().newly_rejected[0].reason


def test_a_document_that_is_corrected_or_deleted_is_no_longer_rejected(
    folder: Path, source: FolderSource, pull: Pull
) -> None:
    for name in ("tea.md", "milk.md", "salt.md"):
        write(folder, name, "Hot.", title=name, seo_title=TOO_LONG)
    pull()
    write(folder, "tea.md", "Hot.", title="tea")
    sync_documents(source, ["tea.md"])
    assert rejections(source.name, 5)[0] == 2
    (folder / "milk.md").unlink()
    pull()
    count, [left] = rejections(source.name, 5)
    assert (count, left.name) == (1, "salt.md")


def test_a_document_with_a_taken_slug_is_listed_with_its_title(folder: Path, pull: Pull) -> None:
    write(folder, "a.md", "Hot.", title="On Tea", slug="tea")
    write(folder, "b.md", "Hot.", title="Also On Tea", slug="tea")
    [entry] = pull().newly_rejected
    assert entry.title == "Also On Tea"
    assert pull().newly_rejected == []
