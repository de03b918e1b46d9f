"""Articles are withdrawn when the source no longer has them, unless its listing is implausible."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.content.models import ArticleTag
from blog.extensions import db
from blog.sources.base import SourceItem, SourceUnavailable
from blog.sources.folder.source import FolderSource
from blog.sync.run import sync
from blog.sync.withdrawals import WithdrawalsRefused
from tests.support.content_fixtures import Pull
from tests.support.factories import make_comment
from tests.support.files import UTC_ZONE, many, write
from tests.support.rows import article, live_slugs

pytestmark = pytest.mark.usefixtures("app")


def test_a_restored_file_restores_its_article_with_its_comments(folder: Path, pull: Pull) -> None:
    many(folder, 3)
    write(folder, "tea.md", "# Tea", tags="Leaves")
    pull()
    comment = make_comment(article("tea"), status="approved")
    (folder / "tea.md").unlink()
    report = pull()
    assert [entry.name for entry in report.withdrawn] == ["tea.md"]
    assert article("tea").withdrawn_at is not None
    assert db.session.scalar(select(func.count()).select_from(ArticleTag)) == 0
    write(folder, "tea.md", "# Tea", tags="Leaves")
    report = pull()
    assert (report.updated, report.created) == (1, 0)
    assert article("tea").withdrawn_at is None
    assert db.session.scalar(select(Comment.article_id).where(Comment.id == comment.id)) == article("tea").id


def test_a_draft_is_not_published(folder: Path, pull: Pull) -> None:
    write(folder, "tea.md", "# Tea", draft="true")
    report = pull()
    assert (report.created, len(report.drafts)) == (0, 1)
    assert live_slugs() == []
    write(folder, "tea.md", "# Tea")
    assert pull().created == 1
    write(folder, "tea.md", "# Tea", draft="true")
    report = pull()
    assert [entry.name for entry in report.withdrawn] == ["tea.md"]
    assert live_slugs() == []


@pytest.mark.parametrize(("count", "gone", "is_refused"), [(5, 4, False), (6, 5, True), (25, 5, False), (24, 5, True)])
def test_a_listing_that_would_empty_the_site_withdraws_nothing(
    folder: Path, pull: Pull, count: int, gone: int, is_refused: bool
) -> None:
    many(folder, count)
    pull()
    for number in range(gone):
        (folder / f"piece-{number}.md").unlink()
    write(folder, "new.md", "# New")
    if is_refused:
        with pytest.raises(WithdrawalsRefused, match=re.escape("blog sync --confirm-withdrawals")) as caught:
            pull()
        assert "\n" not in str(caught.value)
        assert caught.value.report.created == 1, "all else is done"
        assert len(live_slugs()) == count + 1
    report = pull(confirm_withdrawals=is_refused)
    assert len(report.withdrawn) == gone
    assert len(live_slugs()) == count + 1 - gone


def test_a_source_replaces_the_demo_without_confirmation(folder: Path, pull: Pull, tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    many(demo, 10)
    sync(FolderSource("demo", demo, UTC_ZONE))
    write(folder, "tea.md", "# Tea")
    report = pull()
    assert (report.created, len(report.withdrawn)) == (1, 10)
    assert live_slugs() == ["tea"]


@dataclass
class HalfListing:
    """A source that fails after its first document."""

    source: FolderSource
    name: str = "folder:articles"

    def listing(self) -> Iterator[SourceItem]:
        yield next(iter(self.source.listing()))
        raise SourceUnavailable("The connection was lost. Try again.")

    def find(self, source_id: str) -> SourceItem | None:
        return self.source.find(source_id)

    def owns_image(self, reference: str) -> bool:
        return self.source.owns_image(reference)

    def open_image(self, source_id: str, reference: str) -> bytes:
        return self.source.open_image(source_id, reference)


def test_an_interrupted_listing_withdraws_nothing(folder: Path, source: FolderSource, pull: Pull) -> None:
    many(folder, 3)
    pull()
    write(folder, "piece-0.md", "# Piece 0\n\nChanged.")
    with pytest.raises(SourceUnavailable):
        sync(HalfListing(source))
    assert live_slugs() == ["piece-0", "piece-1", "piece-2"]
    assert "Changed." in article("piece-0").body_html, "the listed documents are stored"
