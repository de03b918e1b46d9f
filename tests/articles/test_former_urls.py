"""The addresses of tags, authors and feeds in other systems redirect to the present ones."""

import pytest
from flask.testing import FlaskClient

from blog.content.models import Redirect
from blog.database import write_transaction
from blog.extensions import db
from tests.support.factories import make_article


@pytest.mark.parametrize(
    "path",
    [
        "/blogs/news/tagged/green-tea",
        "/blogs/news/tagged/Green+Tea",
        "/tag/green-tea/",
        "/tag/green-tea",
        "/category/green-tea/",
        "/category/drinks/green-tea/",
    ],
)
def test_a_tag_s_former_address_redirects_to_the_tag(client: FlaskClient, path: str) -> None:
    make_article("On Tea", tags=("Green tea",))
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (301, "/tags/green-tea")
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    "path", ["/tag/coffee/", "/blogs/news/tagged/coffee", "/tag/", "/tag/%00/", "/blogs/tagged/x/"]
)
def test_an_unknown_tag_is_not_found(client: FlaskClient, path: str) -> None:
    make_article("On Tea", tags=("Green tea",))
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/articles/on-tea", "/tags/green-tea", "/authors/ada-byron", "/archive/2026", "/search"]
)
def test_a_slash_too_many_redirects_to_the_page(client: FlaskClient, path: str) -> None:
    make_article("On Tea", tags=("Green tea",))
    answer = client.get(f"{path}/")
    assert (answer.status_code, answer.location) == (301, path)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(("stored", "path"), [("/2026/tea/", "/2026/tea"), ("/2026/tea", "/2026/tea/")])
def test_a_former_address_redirects_with_and_without_a_slash(client: FlaskClient, stored: str, path: str) -> None:
    article = make_article("On Tea")
    with write_transaction(db.session()) as session:
        session.add(Redirect(path=stored, article_id=article.id))
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (301, "/articles/on-tea")


def test_an_author_s_former_address_redirects_to_the_author(client: FlaskClient) -> None:
    make_article("On Tea")
    answer = client.get("/author/ada-byron/")
    assert (answer.status_code, answer.location) == (301, "/authors/ada-byron")
    assert client.get("/author/nobody/").status_code == 404


@pytest.mark.parametrize(
    ("path", "feed"),
    [
        ("/rss/", "/feed.xml"),
        ("/feed/", "/feed.xml"),
        ("/feed", "/feed.xml"),
        ("/feed/atom/", "/feed.xml"),
        ("/atom.xml", "/feed.xml"),
        ("/index.xml", "/feed.xml"),
        ("/blogs/news.atom", "/feed.xml"),
        ("/tag/green-tea/rss/", "/tags/green-tea/feed.xml"),
        ("/tag/green-tea/feed/", "/tags/green-tea/feed.xml"),
        ("/category/drinks/green-tea/feed/atom/", "/tags/green-tea/feed.xml"),
        ("/author/ada-byron/rss/", "/authors/ada-byron/feed.xml"),
    ],
)
def test_a_former_feed_redirects_to_the_present_one(client: FlaskClient, path: str, feed: str) -> None:
    make_article("On Tea", tags=("Green tea",))
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (301, feed)
    assert client.get(feed).mimetype == "application/atom+xml"


@pytest.mark.parametrize(
    "path", ["/rss/x", "/feed/x/", "/tag/coffee/rss/", "/author/nobody/feed/", "/blogs/news.atom/x"]
)
def test_an_address_that_was_no_feed_is_not_found(client: FlaskClient, path: str) -> None:
    make_article("On Tea", tags=("Green tea",))
    assert client.get(path).status_code == 404
