"""Sync: what is stored, what is left out and why; it can be repeated and interrupted."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from blog.content.models import Article, ArticleAuthor, ArticleTag, Author, Tag
from blog.extensions import db
from blog.sources.folder.source import FolderSource
from blog.sync import upsert
from blog.sync.batches import BATCH_SIZE
from blog.sync.run import sync
from tests.support.content_fixtures import Pull
from tests.support.files import PNG, many, write
from tests.support.rows import article

pytestmark = pytest.mark.usefixtures("app")


def test_an_article_is_stored_with_all_its_fields(folder: Path, pull: Pull) -> None:
    write(
        folder, "tea/on-tea.md", "Water *first*.", title="On Tea", published_at="2026-03-01T10:00:00+01:00",
        updated_at="2026-03-02", authors="[Ada Byron, Zoë]", tags="[Green tea, Water]", excerpt="Short.",
        comments="closed", canonical_url="https://other.example/tea", seo_title="T", seo_description="D",
    )  # fmt: skip
    report = pull()
    assert (report.created, report.rejected) == (1, [])
    tea = article("on-tea")
    assert (tea.title, tea.excerpt, tea.comment_policy) == ("On Tea", "Short.", "closed")
    assert tea.published_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert tea.updated_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert [tag.slug for tag in tea.tags] == ["green-tea", "water"]
    assert [author.name for author in tea.authors] == ["Ada Byron", "Zoë"]
    assert (tea.canonical_url, tea.seo_title, tea.seo_description) == ("https://other.example/tea", "T", "D")
    assert "<em>first</em>" in tea.body_html
    tags = select(Tag.slug, ArticleTag.published_at).join(ArticleTag).order_by(ArticleTag.position)
    assert db.session.execute(tags).all() == [("green-tea", tea.published_at), ("water", tea.published_at)]


def test_a_repeated_sync_changes_nothing(folder: Path, pull: Pull) -> None:
    many(folder, 3)
    first = pull()
    before = article("piece-1").published_at
    again, in_full = pull(), pull(full=True)
    assert (first.created, again.unchanged, again.updated) == (3, 3, 0)
    assert (in_full.unchanged, in_full.updated, in_full.created) == (3, 0, 0)
    assert article("piece-1").published_at == before


def test_a_change_is_an_update(folder: Path, pull: Pull) -> None:
    many(folder, 2)
    pull()
    published = article("piece-0").published_at
    write(folder, "piece-0.md", "# Piece 0\n\nOther text.")
    report = pull()
    assert (report.updated, report.unchanged) == (1, 1)
    assert "Other text." in article("piece-0").body_html
    assert article("piece-0").published_at == published, "an edit does not make it a new article"


def test_one_bad_file_is_rejected_by_name_and_line_and_others_stored(folder: Path, pull: Pull) -> None:
    many(folder, 3)
    pull()
    write(folder, "piece-1.md", "text", title="Piece 1", comments="perhaps")
    (folder / "latin.md").write_bytes("# Caf\xe9\n".encode("latin-1"))
    write(folder, "new.md", "# New")
    report = pull()
    assert {(entry.name, entry.line) for entry in report.rejected} == {("piece-1.md", 3), ("latin.md", 1)}
    assert "moderated, first, open or closed" in str(
        next(entry for entry in report.rejected if entry.name == "piece-1.md")
    )
    assert (report.created, report.unchanged, report.withdrawn) == (1, 2, [])
    assert "Text." in article("piece-1").body_html, "it stays as it was"


def test_tags_and_authors_are_merged_across_spellings(folder: Path, pull: Pull) -> None:
    write(folder, "a.md", "# A", tags="[Café culture]", authors="[Zoë Lind]")
    write(folder, "b.md", "# B", tags="[CAFÉ CULTURE, cafe culture, Cafe-Culture]", authors="[zoe lind]")
    pull()
    assert [tag.name for tag in db.session.scalars(select(Tag))] == ["Café culture"]
    assert [author.name for author in db.session.scalars(select(Author))] == ["Zoë Lind"]
    assert [tag.name for tag in article("b").tags] == ["Café culture"]


def test_residue_of_a_broken_theme_is_removed_and_reported(folder: Path, pull: Pull) -> None:
    left = "Liquid error (sections/page line 7): Could not find asset snippets/cups.liquid"
    write(folder, "tea.md", f"# Tea\n\nWater first.\n\n## Tags\n\n{left}", excerpt="'{{ article.excerpt }}'")
    report = pull()
    assert "Liquid error" not in article("tea").body_html
    assert article("tea").excerpt == "Water first."
    assert {entry.name for entry in report.notes} == {"tea.md"}
    assert any("Liquid error" in entry.reason and entry.line == 11 for entry in report.notes)


def test_an_unknown_field_is_a_warning(folder: Path, pull: Pull) -> None:
    write(folder, "tea.md", "# Tea", tag="[Leaves]")
    report = pull()
    assert report.created == 1
    assert ("tea.md", 2) in {(entry.name, entry.line) for entry in report.notes}
    assert "tags" in str(report.notes[0])


def test_images_beside_an_article_are_stored_with_it(app: Flask, folder: Path, pull: Pull) -> None:
    write(folder, "drinks/tea.md", '# Tea\n\n![A cup](cup.png "My cup")\n\n![None](none.png)', image="/pot.png")
    (folder / "drinks" / "cup.png").write_bytes(PNG)
    (folder / "pot.png").write_bytes(PNG + b"pot")
    report = pull()
    body = article("tea").body_html
    addresses = re.findall(r'src="(/media/[0-9a-f]+\.png)"', body)
    assert len(addresses) == 1
    assert "<figcaption>My cup</figcaption>" in body
    for address in (addresses[0], article("tea").image or ""):
        answer = app.test_client().get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert "immutable" in answer.headers["Cache-Control"]
        answer.close()
    assert [entry.name for entry in report.notes] == ["drinks/tea.md"]
    assert "none.png" in report.notes[0].reason


def test_progress_is_reported_for_each_document(folder: Path, pull: Pull) -> None:
    many(folder, 3)
    seen: list[tuple[int, int | None]] = []
    pull(on_progress=lambda progress: seen.append((progress.count, progress.total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_an_interruption_leaves_whole_rows_only(folder: Path, pull: Pull, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(BATCH_SIZE + 50):
        write(
            folder,
            f"piece-{number:03}.md",
            "# Piece\n\nText.",
            slug=f"piece-{number:03}",
            tags="[Tea, Water]",
            authors="Ada",
        )
    real = upsert.Upsert._store_article
    calls = 0

    def interrupted(self: upsert.Upsert, *args: object) -> upsert.Result:
        nonlocal calls
        calls += 1
        if calls == BATCH_SIZE + 25:
            raise KeyboardInterrupt
        return real(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(upsert.Upsert, "_store_article", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pull()
    count = db.session.scalar(select(func.count()).select_from(Article)) or 0
    assert count == BATCH_SIZE
    assert db.session.scalar(select(func.count()).select_from(ArticleTag)) == 2 * count
    assert db.session.scalar(select(func.count()).select_from(ArticleAuthor)) == count
    db.session.rollback()
    monkeypatch.setattr(upsert.Upsert, "_store_article", real)
    report = pull()
    assert (report.created, report.unchanged) == (50, count)


def test_times_follow_the_site_s_zone(folder: Path, source: FolderSource) -> None:
    write(folder, "tea.md", "# Tea", published_at="2026-07-01 09:00")
    sync(source)
    assert article("tea").published_at == datetime(2026, 7, 1, 9, tzinfo=UTC)
    sync(replace(source, zone=ZoneInfo("Europe/Berlin")))
    assert article("tea").published_at == datetime(2026, 7, 1, 7, tzinfo=UTC)
