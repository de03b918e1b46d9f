"""The parts around an article: neighbours, series, related articles, contents."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from blog.articles.related import related
from blog.database import utc_now
from blog.extensions import db
from blog.markup.toc import Heading, contents
from tests.support.factories import NOON, make_article
from tests.support.queries import statements


def test_articles_that_share_rarer_tags_come_first(client: FlaskClient) -> None:
    for number in range(12):
        make_article(f"Common {number}", tags=("Tea",), published_at=NOON - timedelta(days=number))
    make_article("Rare", tags=("Oolong",), published_at=NOON - timedelta(days=100))
    make_article("Both", tags=("Tea", "Oolong"), published_at=NOON - timedelta(days=200))
    here = make_article("Here", tags=("Tea", "Oolong"), published_at=NOON + timedelta(days=1))
    assert [other.title for other in related(here).similar][:2] == ["Both", "Rare"]
    page = client.get("/articles/here").text
    assert "Related articles" in page
    assert 'href="/articles/both"' in page


def test_unpublished_articles_are_not_related(client: FlaskClient) -> None:
    make_article("To come", tags=("Tea",), published_at=utc_now() + timedelta(days=1), series="On tea")
    here = make_article("Here", tags=("Tea",), series="On tea")
    found = related(here)
    assert (found.similar, found.parts, found.newer) == ([], [], None)
    assert "Related" not in client.get("/articles/here").text


def test_the_parts_of_a_series_are_listed_in_their_order(client: FlaskClient) -> None:
    for number in (2, 1, 3):
        make_article(f"Part {number}", series="On tea", published_at=NOON + timedelta(days=number))
    page = client.get("/articles/part-2").text
    assert "Series: On tea" in page
    assert '<span aria-current="page" dir="auto">Part 2</span>' in page
    assert page.index(">Part 1</a>") < page.index('aria-current="page" dir="auto">Part 2') < page.index(">Part 3</a>")


def test_an_article_without_comments_takes_two_statements_whatever_is_related(client: FlaskClient) -> None:
    for number in range(30):
        make_article(
            f"Piece {number}", tags=tuple(f"Tag {tag}" for tag in range(6)), series="On tea",
            published_at=NOON + timedelta(days=number),
        )  # fmt: skip
    with statements(db.engine) as sent:
        assert client.get("/articles/piece-15").status_code == 200
    assert len(sent) == 2, "the article and related articles; no query for comments if there are none"


@pytest.mark.parametrize(
    ("body", "words", "found"),
    [
        ('<h2 id="a">Tea &amp; <em>milk</em></h2><h3 id="b">Sub</h3><h2 id="c">End</h2>', 600,
         [Heading(2, "a", "Tea & milk"), Heading(3, "b", "Sub"), Heading(2, "c", "End")]),
        ('<h2 id="a">Tea</h2><h3 id="b">Sub</h3><h2 id="c">End</h2>', 100, []),
        ('<h2 id="a">Tea</h2><h2>Without</h2>', 600, []),
        ("", 600, []),
    ],
)  # fmt: skip
def test_a_long_article_has_contents(body: str, words: int, found: list[Heading]) -> None:
    assert contents(body, words) == found


def test_the_contents_link_to_the_headings(client: FlaskClient) -> None:
    body = '<h2 id="a">Water</h2><p>x</p><h2 id="b">Leaves</h2><p>x</p><h2 id="c">Time</h2><p>x</p>'
    make_article("Long", body_html=body, word_count=900)
    page = client.get("/articles/long").text
    assert '<a href="#b">Leaves</a>' in page
    assert "4 minutes to read" in page
