"""The readers' pages."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from time_machine import travel

from blog.comments.models import Status
from blog.config import Settings
from blog.content.models import Article, Redirect
from blog.content.preview_links import preview_url
from blog.database import utc_now, write_transaction
from blog.extensions import db
from tests.support.factories import NOON, make_article, make_comment, make_comments
from tests.support.queries import plan, statements


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, page_size=3, timezone="Europe/Berlin")


def many(count: int, **fields: object) -> list[Article]:
    return [
        make_article(
            f"Piece {number}", published_at=NOON + timedelta(days=number), tags=("Tea", "Café culture"), **fields
        )
        for number in range(1, count + 1)
    ]


def titles(page: str) -> list[str]:
    return [part.split(">", 1)[1].split("<", 1)[0] for part in page.split('<h2 class="summary__title"><a')[1:]]


def test_the_index_shows_the_newest_first_and_pages_on(client: FlaskClient) -> None:
    many(7)
    first, second, third = (client.get(f"/?page={number}") for number in (1, 2, 3))
    assert titles(first.text) == ["Piece 7", "Piece 6", "Piece 5"]
    assert titles(second.text) == ["Piece 4", "Piece 3", "Piece 2"]
    assert titles(third.text) == ["Piece 1"]
    assert 'rel="next" href="/?page=2"' in first.text
    assert 'rel="prev"' not in first.text
    assert 'rel="prev" href="/"' in second.text
    assert 'rel="next"' not in third.text


def test_articles_published_at_the_same_time_are_each_listed_once(client: FlaskClient) -> None:
    for number in range(7):
        make_article(f"Twin {number}")
    shown = [title for number in (1, 2, 3) for title in titles(client.get(f"/?page={number}").text)]
    assert sorted(shown) == [f"Twin {number}" for number in range(7)]


def test_a_page_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    many(1)
    for page in ("0", "-1", "x", "", "1.0", "²", "99", "10001", "9" * 400, "2;DROP TABLE article"):
        assert client.get("/", query_string={"page": page}).status_code == 404, page


def test_a_value_that_no_database_can_store_is_not_found(client: FlaskClient) -> None:
    nulls = [f"/{folder}%00" for folder in ("articles/", "tags/", "", "comments/", "media/")]
    for path in (*nulls, "/articles/%ED%A0%80", "/" + "x" * 9_000):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "There is nothing at this address" in answer.text, path


def test_an_empty_blog_has_a_first_page(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "Nothing has been published yet." in answer.text


def test_an_article_is_shown_with_its_day_in_the_site_s_zone(client: FlaskClient) -> None:
    make_article("Late", published_at=NOON.replace(hour=23, minute=30), seo_description="About lateness")
    page = client.get("/articles/late").text
    assert '<time class="dt-published" datetime="2026-03-01T23:30:00+00:00">March 2, 2026</time>' in page
    assert '<h1 class="article__title p-name" dir="auto">Late</h1>' in page
    assert "Ada Byron" in page
    assert '<meta name="description" content="About lateness">' in page
    assert '<link rel="canonical" href="http://localhost/articles/late">' in page


def test_an_article_links_to_its_neighbours(client: FlaskClient) -> None:
    many(3)
    page = client.get("/articles/piece-2").text
    assert 'rel="prev" href="/articles/piece-1"' in page
    assert 'rel="next" href="/articles/piece-3"' in page
    assert 'rel="prev"' not in client.get("/articles/piece-1").text
    assert 'rel="next"' not in client.get("/articles/piece-3").text


def test_tags_link_to_their_articles(client: FlaskClient) -> None:
    many(4)
    make_article("Alone", tags=("Tea",))
    assert 'rel="tag" href="/tags/cafe-culture" dir="auto">Café culture</a>' in client.get("/articles/piece-1").text
    first, second = client.get("/tags/tea"), client.get("/tags/tea?page=2")
    assert titles(first.text) == ["Piece 4", "Piece 3", "Piece 2"]
    assert titles(second.text) == ["Piece 1", "Alone"]
    everything = client.get("/tags/").text
    assert everything.index("Café culture") < everything.index("Tea")
    assert "5 articles" in everything
    assert "4 articles" in everything
    assert client.get("/tags/nothing").status_code == 404
    assert client.get("/tags").headers["Location"].endswith("/tags/")


def test_an_article_without_tags_shows_none(client: FlaskClient) -> None:
    make_article("Bare")
    assert 'class="tags"' not in client.get("/articles/bare").text


def test_a_scheduled_article_appears_by_itself(client: FlaskClient) -> None:
    soon = utc_now() + timedelta(hours=1)
    make_article("Soon", published_at=soon, tags=("Tea",))
    assert client.get("/articles/soon").status_code == 404
    assert "Soon" not in client.get("/").text
    assert client.get("/tags/tea").status_code == 404
    assert "Tea" not in client.get("/tags/").text
    with travel(soon):
        assert client.get("/articles/soon").status_code == 200
        assert "Soon" in client.get("/").text
        assert client.get("/tags/tea").status_code == 200


def withdraw(article: Article) -> None:
    with write_transaction(db.session()) as session:
        session.execute(update(Article).where(Article.id == article.id).values(withdrawn_at=utc_now()))


def add_redirect(path: str, article: Article) -> None:
    with write_transaction(db.session()) as session:
        session.add(Redirect(path=path, article_id=article.id))


def test_a_withdrawn_article_is_gone(client: FlaskClient) -> None:
    article = make_article("Old Tea")
    add_redirect("/blogs/news/old-tea", article)
    withdraw(article)
    for path in ("/articles/old-tea", "/blogs/news/old-tea"):
        answer = client.get(path)
        assert answer.status_code == 410
        assert "This article is gone" in answer.text
    assert "Old Tea" not in client.get("/").text


def test_a_former_address_redirects_to_the_article(client: FlaskClient) -> None:
    article = make_article("On Tea")
    add_redirect("/blogs/news/on-tea", article)
    add_redirect("/articles/about-tea", article)
    for path in ("/blogs/news/on-tea", "/articles/about-tea"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, "/articles/on-tea")


def test_a_former_address_reveals_no_scheduled_article(client: FlaskClient) -> None:
    add_redirect("/old", make_article("Soon", published_at=utc_now() + timedelta(days=1)))
    assert client.get("/old").status_code == 404


def test_the_articles_folder_redirects_to_the_index(client: FlaskClient) -> None:
    answer = client.get("/articles/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/")


def test_only_approved_comments_are_shown(client: FlaskClient) -> None:
    article = make_article("On Tea")
    for status in Status:
        make_comment(article, f"I am {status}", status=status)
    page = client.get("/articles/on-tea").text
    assert "I am approved" in page
    assert all(f"I am {status}" not in page for status in Status if status is not Status.APPROVED)


def test_a_page_runs_the_same_few_statements_however_much_it_shows(client: FlaskClient) -> None:
    def count(path: str) -> int:
        with statements(db.engine) as sent:
            assert client.get(path).status_code == 200
        return len(sent)

    first = many(1)[0]
    make_comment(first, status=Status.APPROVED)
    limits = {"/": 2, "/tags/tea": 3, "/tags/": 1, "/articles/piece-1": 5}
    few = {path: count(path) for path in limits}
    for number in range(2, 12):
        make_article(f"Piece {number}", published_at=NOON + timedelta(days=number), tags=("Tea", f"Tag {number}"))
    make_comments(first, [{}] * 49, status=Status.APPROVED)
    for path, most in limits.items():
        assert count(path) == few[path] <= most, path


def test_the_index_reads_no_more_of_the_source_than_whether_articles_arrive(client: FlaskClient) -> None:
    many(1)
    with statements(db.engine) as sent:
        client.get("/")
    [asked] = [statement for statement in sent if "FROM source_state" in statement]
    assert asked.split("FROM")[0].split() == ["SELECT", "source_state.source"]


@pytest.mark.only_on("sqlite", reason="PostgreSQL rightly scans a table of ten rows")
def test_no_page_reads_a_whole_table(client: FlaskClient) -> None:
    many(10)
    for path in ("/", "/tags/tea", "/articles/piece-5"):
        with statements(db.engine) as sent:
            assert client.get(path).status_code == 200
        assert scanned_tables(sent).isdisjoint({"article", "article_tag", "comment", "tag"}), path


@pytest.mark.only_on("sqlite", reason="PostgreSQL rightly scans a table of ten rows")
def test_a_preview_reads_no_whole_table(app: Flask, client: FlaskClient) -> None:
    many(10)
    path = urlsplit(preview_url("piece-5.md")).path
    with statements(db.engine) as sent:
        assert client.get(path).location == "/articles/piece-5"
    assert scanned_tables(sent).isdisjoint({"article", "draft"})


def scanned_tables(sent: list[str]) -> set[str]:
    """The tables that SQLite reads from the beginning for these statements, without an index."""
    steps = [step for statement in sent for step in plan(statement)]
    return {step.split()[1] for step in steps if step.startswith("SCAN") and "INDEX" not in step}


def test_the_foot_of_each_page_links_to_the_feed_and_the_archive(client: FlaskClient) -> None:
    for path in ("/", "/tags/", "/search", "/nowhere"):
        foot = client.get(path).text.partition('<footer class="site-footer"')[2]
        assert 'href="/feed.xml"' in foot
        assert 'href="/archive/"' in foot


def test_a_listing_shows_no_time_to_read_where_there_is_none(client: FlaskClient) -> None:
    make_article("Short", tags=("One",))
    page = client.get("/").text
    assert "to read" not in page
    assert "tags__more" not in page
