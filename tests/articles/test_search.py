"""Search: what is found, and in which order; no query is an error."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from blog.articles.search import marked
from blog.articles.search_ranking import POSTGRESQL
from blog.content.search_query import SearchQuery
from blog.database import utc_now
from blog.extensions import db
from blog.sources.folder.source import FolderSource
from blog.sync.run import sync
from tests.support.files import UTC_ZONE, write
from tests.support.queries import statements


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "articles"


@pytest.fixture
def articles(app: Flask, folder: Path) -> None:
    """Three articles that the search finds."""
    write(folder, "tea.md", "Water comes first, and leaves second.", title="Green tea", tags="[Leaves]")
    write(folder, "cups.md", "A cup for the café; green ones are rare.", title="On cups", published_at="2026-01-02")
    write(folder, "milk.md", "Milk <script> & sugar.", title="Milk & <b>sugar</b>", published_at="2026-01-01")
    sync(FolderSource("folder:articles", folder, UTC_ZONE))


def found(client: FlaskClient, words: str, page: int = 1) -> list[str]:
    answer = client.get("/search", query_string={"q": words, "page": page})
    assert answer.status_code == 200
    return [part.partition('"')[0] for part in answer.text.split('class="result__title"><a href="/articles/')[1:]]


FOUND = {
    "green": ["tea", "cups"],
    "GREEN": ["tea", "cups"],
    "cafe": ["cups"],
    "CAFÉ": ["cups"],
    "leav": ["tea"],
    "water leaves": ["tea"],
    "water cup": [],
    '"comes first"': ["tea"],
    '"first comes"': [],
    '"comes fir"': [],
    "sugar": ["milk"],
    "nothing-like-this": [],
    "": [],
}


@pytest.mark.usefixtures("articles")
def test_a_search_finds_the_right_articles(client: FlaskClient) -> None:
    assert {words: found(client, words) for words in FOUND} == FOUND


@pytest.mark.usefixtures("articles")
def test_found_words_are_marked_and_escaped(client: FlaskClient) -> None:
    page = client.get("/search?q=sugar").text
    assert "<mark>sugar</mark>" in page
    assert "Milk &amp; &lt;b&gt;<mark>sugar</mark>&lt;/b&gt;" in page
    assert "<b>" not in page
    assert 'value="sugar"' in page
    assert "noindex" in page
    assert "<b>" not in client.get("/search?q=%3Cb%3E").text


def test_whole_words_are_marked() -> None:
    query = SearchQuery.read("tea ca")
    assert marked("Tea, teas & Café", query) == "<mark>Tea</mark>, teas &amp; <mark>Café</mark>"


@pytest.mark.usefixtures("articles")
def test_changed_articles_are_found_by_new_words_and_withdrawn_ones_never(client: FlaskClient, folder: Path) -> None:
    write(folder, "tea.md", "Steam.", title="Black tea", tags="[Leaves]")
    (folder / "cups.md").unlink()
    write(folder, "soon.md", "Steam.", title="Soon", published_at=(utc_now() + timedelta(days=1)).isoformat())
    sync(FolderSource("folder:articles", folder, UTC_ZONE))
    assert found(client, "steam") == ["tea"]
    assert found(client, "green") == []


@pytest.mark.usefixtures("articles")
def test_results_are_paged_by_a_fixed_number_of_statements(client: FlaskClient, folder: Path) -> None:
    for number in range(25):
        write(folder, f"piece-{number}.md", "Steam rises.", title=f"Piece {number}")
    sync(FolderSource("folder:articles", folder, UTC_ZONE))
    pages = [found(client, "steam", number) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [10, 10, 5]
    assert len({slug for page in pages for slug in page}) == 25
    with statements(db.engine) as sent:
        found(client, "steam")
    assert len(sent) == (3 if db.engine.dialect.name == "sqlite" else 2)


@pytest.mark.usefixtures("articles")
def test_with_too_many_hits_old_articles_are_found_by_title_only(
    client: FlaskClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "a-title.md", "Nothing else.", title="Steam")
    sync(FolderSource("folder:articles", folder, UTC_ZONE))
    write(folder, "b-old.md", "Steam rises.", title="Old")
    sync(FolderSource("folder:articles", folder, UTC_ZONE))
    for number in range(4):
        write(folder, f"c-piece-{number}.md", "Steam " + "rises " * (number + 1), title=f"Piece {number}")
    sync(FolderSource("folder:articles", folder, UTC_ZONE))
    monkeypatch.setattr("blog.articles.search_ranking.MAX_RANKED", 4)
    assert sorted(found(client, "steam")) == ["a-title", "c-piece-0", "c-piece-1", "c-piece-2", "c-piece-3"]
    assert found(client, "stea")[0] == "a-title"
    monkeypatch.setattr("blog.articles.search_ranking.MAX_TITLES", 0)
    assert "a-title" not in found(client, "steam")


@pytest.mark.usefixtures("articles")
def test_beginnings_of_words_are_found_by_an_index(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        made = db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'search_entry'"))
        assert "prefix = '2 3'" in made
    else:
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        db.session.execute(text("SET LOCAL enable_indexscan = off"))
        plan = db.session.scalars(text("EXPLAIN " + POSTGRESQL), {"words": "te:*", "most": 10, "most_titles": 10})
        steps = " ".join(plan)
        assert "ix_search_entry_titles" in steps
        assert "Seq Scan" not in steps


def test_a_single_letter_is_a_whole_word() -> None:
    assert not SearchQuery.read("tea b").is_open
    assert SearchQuery.read("tea be").is_open


def test_rebuilding_the_index_loses_no_words(app: Flask, client: FlaskClient, articles: None) -> None:
    downgrade(revision="0005")
    upgrade()
    assert found(client, "leav") == ["tea"]


OPERATORS = [
    '"',
    "NEAR(",
    "AND",
    "OR",
    "NOT",
    "*",
    "^",
    ":",
    "-",
    "(",
    ")",
    "tea",
    "'",
    "\0",
    "\ud800",
    "&",
    "|",
    "<->",
]
ODD = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(OPERATORS), max_size=12).map(" ".join))


@pytest.mark.usefixtures("articles")
@pytest.mark.parametrize("most", [1, 1_000])
def test_no_query_is_an_error(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("blog.articles.search_ranking.MAX_RANKED", most)
    ask_anything(client)


@given(words=ODD)
@hypothesis_settings(max_examples=60)
def ask_anything(client: FlaskClient, words: str) -> None:
    answer = client.get("/search", query_string={"q": words.encode("utf-8", "replace").decode()})
    assert answer.status_code == 200
    SearchQuery.read(words)


@pytest.mark.usefixtures("articles")
def test_a_very_long_query_is_cut(client: FlaskClient) -> None:
    assert client.get("/search", query_string={"q": "tea " * 1_500}).status_code == 200
    assert client.get("/search?q=tea&page=0").status_code == 404


@pytest.mark.usefixtures("articles")
def test_a_page_that_is_not_found_offers_the_search(client: FlaskClient) -> None:
    assert 'action="/search"' in client.get("/nowhere").text


@pytest.mark.usefixtures("articles")
def test_a_search_says_how_many_articles_it_found(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "1 article was found." in client.get("/search?q=sugar").text
    assert "2 articles were found." in client.get("/search?q=green").text
    monkeypatch.setattr("blog.articles.search.PAGE_SIZE", 1)
    assert "2 articles were found." in client.get("/search?q=green").text
    assert "2 articles were found." in client.get("/search?q=green&page=2").text
    monkeypatch.setattr("blog.articles.search.MAX_COUNTED", 1)
    assert "More than 1 articles were found." in client.get("/search?q=green").text


@pytest.mark.usefixtures("articles")
def test_a_search_without_hits_offers_the_newest_articles(client: FlaskClient) -> None:
    page = client.get("/search?q=nothing-like-this").text
    assert "Nothing was found" in page
    assert 'class="newest"' in page
    assert 'class="newest"' not in client.get("/search?q=green").text


@pytest.mark.usefixtures("articles")
def test_the_pager_of_a_search_counts_results(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.articles.search.PAGE_SIZE", 1)
    assert ">Next results</a>" in client.get("/search?q=green").text
    last = client.get("/search?q=green&page=2").text
    assert ">Previous results</a>" in last
    assert "Newer articles" not in last


@pytest.mark.usefixtures("articles")
def test_a_page_after_the_last_results_is_not_found(client: FlaskClient) -> None:
    assert client.get("/search?q=green").status_code == 200
    for number in (2, 50, 51):
        assert client.get(f"/search?q=green&page={number}").status_code == 404
