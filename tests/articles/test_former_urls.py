"""The addresses of tags, authors and feeds in other systems redirect to the present ones."""

import pytest
from flask.testing import FlaskClient

from blog.content.models import Article, Redirect
from blog.database import write_transaction
from blog.extensions import db
from tests.support.factories import make_article

TAG, AUTHOR = "/tags/green-tea", "/authors/ada-byron"
FEEDS = {
    "/rss/": "/feed.xml",
    "/feed/": "/feed.xml",
    "/feed": "/feed.xml",
    "/feed/atom/": "/feed.xml",
    "/atom.xml": "/feed.xml",
    "/index.xml": "/feed.xml",
    "/blogs/news.atom": "/feed.xml",
    "/tag/green-tea/rss/": f"{TAG}/feed.xml",
    "/tag/green-tea/feed/": f"{TAG}/feed.xml",
    "/category/drinks/green-tea/feed/atom/": f"{TAG}/feed.xml",
    "/author/ada-byron/rss/": f"{AUTHOR}/feed.xml",
}


@pytest.fixture(autouse=True)
def article(client: FlaskClient) -> Article:
    return make_article("On Tea", tags=("Green tea",))


def test_a_tag_s_former_address_redirects_to_the_tag(client: FlaskClient) -> None:
    for path in (
        *("/blogs/news/tagged/green-tea", "/blogs/news/tagged/Green+Tea", "/tag/green-tea/", "/tag/green-tea"),
        *("/category/green-tea/", "/category/drinks/green-tea/"),
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (301, TAG), path
    assert client.get(TAG).status_code == 200


def test_an_unknown_tag_is_not_found(client: FlaskClient) -> None:
    for path in ("/tag/coffee/", "/blogs/news/tagged/coffee", "/tag/", "/tag/%00/", "/blogs/tagged/x/"):
        assert client.get(path).status_code == 404, path


def test_a_slash_too_many_redirects_to_the_page(client: FlaskClient) -> None:
    for path in ("/articles/on-tea", TAG, AUTHOR, "/archive/2026", "/search"):
        answer = client.get(f"{path}/")
        assert (answer.status_code, answer.location) == (301, path)
        assert client.get(path).status_code == 200


def test_a_former_address_redirects_with_and_without_a_slash(client: FlaskClient, article: Article) -> None:
    with write_transaction(db.session()) as session:
        session.add_all(Redirect(path=path, article_id=article.id) for path in ("/2026/tea/", "/2025/tea"))
    for path in ("/2026/tea", "/2025/tea/"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (301, "/articles/on-tea")


def test_an_author_s_former_address_redirects_to_the_author(client: FlaskClient) -> None:
    answer = client.get("/author/ada-byron/")
    assert (answer.status_code, answer.location) == (301, AUTHOR)
    assert client.get("/author/nobody/").status_code == 404


def test_a_former_feed_redirects_to_the_present_one(client: FlaskClient) -> None:
    for path, feed in FEEDS.items():
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (301, feed), path
    for feed in set(FEEDS.values()):
        assert client.get(feed).mimetype == "application/atom+xml"


def test_an_address_that_was_no_feed_is_not_found(client: FlaskClient) -> None:
    for path in ("/rss/x", "/feed/x/", "/tag/coffee/rss/", "/author/nobody/feed/", "/blogs/news.atom/x"):
        assert client.get(path).status_code == 404, path
