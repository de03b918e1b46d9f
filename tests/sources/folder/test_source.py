"""The folder source: which files are articles, and which fields they have."""

import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blog.content.documents import Document, InvalidDocument
from blog.sources.base import SourceUnavailable
from blog.sources.folder.source import FolderSource
from tests.support.documents import names
from tests.support.files import PNG, write

LONG_AGO = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)


def documents(source: FolderSource) -> dict[str, Document]:
    return {listed.source_id: listed.load() for listed in source.listing()}


def only(source: FolderSource) -> Document:
    (document,) = documents(source).values()
    return document


def refusal(source: FolderSource) -> InvalidDocument:
    (listed,) = source.listing()
    with pytest.raises(InvalidDocument) as caught:
        listed.load()
    return caught.value


def test_files_are_listed_in_the_order_of_their_paths(folder: Path, source: FolderSource) -> None:
    for name in ("b.md", "a.markdown", "deep/er/c.html", "deep/index.md", "A.md"):
        write(folder, name, "# Tea")
    for name in ("README.md", "deep/readme.md", ".hidden.md", ".git/x.md", "notes.txt", "cup.png", "md"):
        write(folder, name, "# No article")
    listed = [listed.source_id for listed in source.listing()]
    assert listed == ["A.md", "a.markdown", "b.md", "deep/index.md", "deep/er/c.html"]
    assert documents(source)["deep/index.md"].slug == "deep"


def test_a_text_without_front_matter_is_an_article(folder: Path, source: FolderSource) -> None:
    path = write(folder, "On Café_water.md", "Water *first*.")
    os.utime(path, (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    tea = only(source)
    assert (tea.title, tea.slug) == ("On Café water", "on-cafe-water")
    assert (tea.published_at, tea.updated_at) == (None, LONG_AGO)
    assert (tea.tags, tea.authors, tea.excerpt, tea.comments, tea.is_draft) == ((), (), "", None, False)


def test_the_first_heading_is_the_title_and_is_not_shown_twice(folder: Path, source: FolderSource) -> None:
    write(folder, "tea.md", "# On *tea* & water\n\nText.\n\n## More")
    tea = only(source)
    assert tea.title == "On tea & water"
    assert "<h1" not in tea.body
    assert "More</h2>" in tea.body


def test_an_html_file_keeps_its_html(folder: Path, source: FolderSource) -> None:
    write(folder, "tea.html", "<h1>Tea</h1>\n<p>*not emphasised*</p>", tags="Tea")
    tea = only(source)
    assert (tea.title, names(tea.tags)) == ("Tea", ("Tea",))
    assert "*not emphasised*" in tea.body


@pytest.mark.parametrize(
    ("name", "slug", "day"),
    [
        ("2026-03-01-on-tea.md", "on-tea", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-13-01-on-tea.md", "2026-13-01-on-tea", None),
        ("2026-03-01.md", "2026-03-01", None),
    ],
)
def test_a_date_in_the_file_name_is_the_day(
    folder: Path, source: FolderSource, name: str, slug: str, day: datetime | None
) -> None:
    write(folder, name, "Text.")
    assert (only(source).slug, only(source).published_at) == (slug, day)


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01 09:30", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01 09:30:00", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01T09:30:00+02:00", datetime(2026, 3, 1, 7, 30, tzinfo=UTC)),
        ("'2026-03-01T09:30:00Z'", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_common_formats(folder: Path, source: FolderSource, value: str, time: datetime) -> None:
    write(folder, "tea.md", published_at=value)
    assert only(source).published_at == time


@pytest.mark.parametrize(
    ("fields", "field", "line"),
    [
        ({"title": "[a, b]"}, "title", 2),
        ({"title": "Tea", "published_at": "soon"}, "published_at", 3),
        ({"published_at": "99999999"}, "published_at", 2),
        ({"tags": "[1, 2]"}, "tags", 2),
        ({"lang": "français"}, "lang", 2),
        ({"draft": "maybe"}, "draft", 2),
        ({"comments": "perhaps"}, "comments", 2),
        ({"slug": "Not A Slug"}, "slug", 2),
        ({"redirect_from": "https://other.example/x"}, "redirect_from", 2),
        ({"canonical_url": "ftp://other.example"}, "canonical_url", 2),
        ({"title": "'" + "t" * 301 + "'"}, "title", 2),
    ],
)
def test_an_error_names_the_wrong_field_and_its_line(
    folder: Path, source: FolderSource, fields: dict[str, str], field: str, line: int
) -> None:
    write(folder, "tea.md", "# Tea", **fields)
    error = refusal(source)
    assert (error.field, error.line) == (field, line)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"---\ntitle: [a\n---\n# Tea", 3),
        (b"---\ntitle: a: b\n---\n# Tea", 2),
        (b"---\ntitle: Tea\n# Tea", 1),
        (b"---\n- a\n- b\n---\n# Tea", 1),
        (b"---\ntitle: !!python/object/apply:os.system [ls]\n---\n", 2),
        (b"# Tea\n\nCaf\xe9", 3),
        (b"x" * (4 * 1024 * 1024 + 1), None),
    ],
)
def test_an_unreadable_file_is_an_error_with_its_line(
    folder: Path, source: FolderSource, text: bytes, line: int | None
) -> None:
    (folder / "tea.md").write_bytes(text)
    assert refusal(source).line == line


def test_a_colon_in_a_title_is_an_error_that_says_what_to_do(folder: Path, source: FolderSource) -> None:
    write(folder, "tea.md", title="Tea: a start")
    assert "put a text that contains a colon in quotation marks" in str(refusal(source))
    write(folder, "tea.md", title='"Tea: a start"')
    assert only(source).title == "Tea: a start"


def test_several_tags_that_are_written_as_one_are_noted(folder: Path, source: FolderSource) -> None:
    write(folder, "tea.md", title="On Tea", tags="Tea, Kitchen")
    (note,) = only(source).notes
    assert note.line == 3
    assert "“Tea, Kitchen” is one tag; write several in brackets" in note.what
    write(folder, "tea.md", title="On Tea", tags="[Tea, Kitchen]")
    assert only(source).notes == ()


def test_the_revision_changes_when_the_file_changes(folder: Path, source: FolderSource) -> None:
    path = write(folder, "tea.md", "# Tea\n\n![Cup](cup.png)")

    def revision() -> str:
        (listed,) = source.listing()
        assert len(listed.revision) <= 64
        return listed.revision

    seen = [revision()]
    assert revision() == seen[0]
    (folder / "cup.png").write_bytes(PNG)
    seen.append(revision())
    (folder / "cup.png").write_bytes(PNG + b"more")
    seen.append(revision())
    path.write_text("# Tea\n\n![Cup](cup.png) and milk", encoding="utf-8")
    seen.append(revision())
    assert len(set(seen)) == 4


def test_symbolic_links_out_of_the_folder_are_not_followed(folder: Path, source: FolderSource, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret", encoding="utf-8")
    (tmp_path / "secret.png").write_bytes(PNG)
    (folder / "tea.md").symlink_to(tmp_path / "secret.md")
    assert "outside" in str(refusal(source))
    (folder / "cup.png").symlink_to(tmp_path / "secret.png")
    for reference in ("cup.png", "../secret.png", "/../secret.png", "%2e%2e/secret.png", "https://evil.example/x.png"):
        with pytest.raises((ValueError, OSError)):
            source.open_image("tea.md", reference)


def test_an_image_is_found_beside_its_article_or_from_the_top(folder: Path, source: FolderSource) -> None:
    for name in ("cup.png", "drinks/cup.png", "drinks/a cup.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(PNG + name.encode())
    assert source.open_image("drinks/tea.md", "cup.png").endswith(b"drinks/cup.png")
    assert source.open_image("drinks/tea.md", "../cup.png").endswith(b"\x82cup.png")
    assert source.open_image("drinks/tea.md", "/cup.png").endswith(b"\x82cup.png")
    assert source.open_image("drinks/tea.md", "a%20cup.png").endswith(b"a cup.png")


def test_a_missing_folder_is_an_error_for_the_operator(tmp_path: Path, source: FolderSource, folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(SourceUnavailable, match="BLOG_SOURCE"):
        list(source.listing())


def git(folder: Path, *arguments: str, day: str) -> None:
    when = f"{day}T12:00:00+00:00"
    subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments],
        cwd=folder, check=True, capture_output=True,
        env=os.environ | {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when},
    )  # fmt: skip


def test_git_has_the_times_of_the_first_and_last_change(folder: Path, source: FolderSource) -> None:
    git(folder, "init", "-q", day="2026-01-01")
    for name, fields in (("tea.md", {}), ("dated.md", {"published_at": "2020-01-01"}), ("Naïve tea.md", {})):
        write(folder, name, "# Tea", **fields)
    git(folder, "add", ".", day="2026-01-01")
    git(folder, "commit", "-qm", "Write", day="2026-01-01")
    first = documents(source)
    assert first["tea.md"].published_at == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert first["tea.md"].updated_at == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert first["Naïve tea.md"].published_at == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert first["dated.md"].updated_at == datetime(2020, 1, 1, tzinfo=UTC), "adding a file does not change its text"

    write(folder, "tea.md", "# Tea\n\nMore.")
    git(folder, "commit", "-qam", "Change", day="2026-02-02")
    git(folder, "mv", "tea.md", "leaves.md", day="2026-03-03")
    git(folder, "commit", "-qm", "Rename", day="2026-03-03")
    renamed = documents(source)["leaves.md"]
    assert renamed.published_at == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert renamed.updated_at == datetime(2026, 3, 3, 12, tzinfo=UTC)


def test_a_commit_at_an_impossible_time_counts_for_nothing(folder: Path, source: FolderSource) -> None:
    git(folder, "init", "-q", day="2026-01-01")
    write(folder, "tea.md", "# Tea", published_at="2026-01-01")
    write(folder, "a\x01b.md", "# Odd name", published_at="2026-01-01")
    git(folder, "add", ".", day="2026-01-01")
    git(folder, "commit", "-qm", "Write", "--date=@9999999999999 +0000", day="2026-01-01")
    write(folder, "a\x01b.md", "# Odd", published_at="2026-01-01")
    git(folder, "commit", "-qam", "Change", day="2026-01-01")
    assert documents(source)["tea.md"].updated_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_the_time_of_a_checkout_is_not_an_update(folder: Path, source: FolderSource) -> None:
    write(folder, "tea.md", "# Tea", published_at="2026-03-01")
    assert only(source).updated_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_file_names_its_language(folder: Path, source: FolderSource) -> None:
    write(folder, "tee.md", "Heiß.", lang="de-CH")
    write(folder, "thé.md", "Chaud.", lang="français")
    write(folder, "tea.md", "Hot.")
    documents = {listed.source_id: listed for listed in source.listing()}
    assert documents["tee.md"].load().lang == "de-CH"
    assert documents["tea.md"].load().lang is None
    with pytest.raises(InvalidDocument, match="not a language tag"):
        documents["thé.md"].load()


def test_a_name_longer_than_any_file_has_is_not_found(source: FolderSource) -> None:
    assert source.find(f"{'x' * 300}.md") is None


@pytest.mark.parametrize("name", [".trash/x.md", "a/.drafts/x.md", ".x.md"])
def test_a_hidden_file_is_not_an_article_when_asked_for_by_name(folder: Path, source: FolderSource, name: str) -> None:
    write(folder, name, "# X")
    assert source.find(name) is None
    assert list(source.listing()) == []


def test_a_file_is_found_only_by_the_path_that_the_listing_gives(
    folder: Path, source: FolderSource, tmp_path: Path
) -> None:
    path = write(folder, "a/x.md", "# X")
    (folder / "b").symlink_to(folder / "a")
    [listed] = source.listing()
    found = source.find(listed.source_id)
    assert found is not None
    assert found.load().title == "X"
    for other in (str(path), "./a/x.md", "a/./x.md", "a//x.md", "a/x.md/", "a/../a/x.md", "b/x.md", "", ".", "/"):
        assert source.find(other) is None, other
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert replace(source, folder=link).find("a/x.md") is not None, "the folder itself may be a link"
