"""Checking a source without storing anything."""

from pathlib import Path

import pytest

from blog.media.store import media_folder
from blog.sources.folder.source import FolderSource
from blog.sync.check import check_source
from tests.support.files import PNG, write
from tests.support.rows import live_slugs

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("is_for_all", [False, True])
def test_a_check_stores_nothing(folder: Path, source: FolderSource, is_for_all: bool) -> None:
    (folder / "cup.png").write_bytes(PNG)
    write(folder, "tea.md", "![A cup](cup.png) and ![a pot](pot.png)", title="On Tea")
    text = "\n".join(check_source(source, is_for_all=is_for_all))
    assert "pot.png" in text
    assert "cup.png" not in text.replace("the image pot.png", ""), "it was looked at, and is good"
    assert not list(media_folder().glob("*"))
    assert live_slugs() == []


def test_all_documents_are_shown_on_request(folder: Path, source: FolderSource) -> None:
    write(folder, "tea.md", "Hot.", title="On Tea")
    write(folder, "milk.md", "Cold.", title="On Milk", draft="true")
    write(folder, "salt.md", "White.", title="On Salt", seo_title="x" * 400)
    assert list(check_source(source, is_for_all=True)) == [
        "draft: milk “On Milk”",
        "rejected: salt.md:3 “On Salt”: seo_title: is longer than 300 characters",
        "article: tea “On Tea”",
        "folder:articles: 2 can become articles or drafts, 1 cannot.",
    ]


def test_a_second_article_with_the_same_slug_is_rejected_by_a_check_too(folder: Path, source: FolderSource) -> None:
    write(folder, "tea.md", "Hot.", title="On Tea")
    write(folder, "tea-draft.md", "Hotter.", title="On Tea", slug="tea", draft="true")
    write(folder, "teas.md", "Many.", title="On Teas", slug="tea")
    assert list(check_source(source, is_for_all=True)) == [
        "draft: tea “On Tea”",
        "article: tea “On Tea”",
        "rejected: teas.md “On Teas”: slug: “tea” is already used by tea.md",
        "folder:articles: 2 can become articles or drafts, 1 cannot.",
    ]
