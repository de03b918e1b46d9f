"""A blog with articles of one source needs a confirmation for another source."""

from pathlib import Path

import pytest

from blog.sources.folder.source import FolderSource
from blog.sync.run import sync, sync_documents
from blog.sync.source_change import SourceChangeRefused
from blog.sync.state import source_state
from blog.sync.withdrawals import WithdrawalsRefused
from tests.support.content_fixtures import Pull
from tests.support.files import UTC_ZONE, many, write
from tests.support.rows import article, live_slugs

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def other(tmp_path: Path) -> FolderSource:
    write(tmp_path / "other", "cups.md", "# Cups")
    return FolderSource("folder:other", tmp_path / "other", UTC_ZONE)


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_the_demo_never_joins_the_articles_of_a_source(
    folder: Path, pull: Pull, other: FolderSource, is_confirmed: bool
) -> None:
    write(folder, "tea.md", "# Tea")
    pull()
    demo = FolderSource("demo", other.folder, UTC_ZONE)
    with pytest.raises(SourceChangeRefused, match=r"Set BLOG_SOURCE to .*folder:articles"):
        sync(demo, confirm_source=is_confirmed, confirm_withdrawals=is_confirmed)
    with pytest.raises(SourceChangeRefused):
        sync_documents(demo, ["cups.md"])
    assert live_slugs() == ["tea"]
    assert "demo articles were left out" in (source_state("demo").refusal or "")


def test_a_source_replaces_another_only_when_confirmed(folder: Path, pull: Pull, other: FolderSource) -> None:
    many(folder, 10)
    pull()
    with pytest.raises(SourceChangeRefused, match="blog sync --confirm-source"):
        sync(other, confirm_withdrawals=True)
    assert len(live_slugs()) == 10
    report = sync(other, confirm_source=True)
    assert (report.created, len(report.withdrawn)) == (1, 10)
    assert source_state(other.name).refusal is None
    assert sync(other).unchanged == 1
    with pytest.raises(SourceChangeRefused):
        pull()
    assert article("cups").source == "folder:other"


def test_confirming_the_same_source_confirms_no_withdrawals(folder: Path, pull: Pull) -> None:
    many(folder, 10)
    pull()
    for path in folder.glob("*.md"):
        path.unlink()
    with pytest.raises(WithdrawalsRefused):
        pull(confirm_source=True)
