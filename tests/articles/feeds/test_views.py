"""The addresses of feeds: what is public there, in which format, and when it is sent again."""

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from werkzeug.http import http_date

from blog.cache.purges import RETENTION, CachePurge, prune
from blog.comments.models import Status
from blog.config import Settings
from blog.content.models import FormerSlug, Redirect
from blog.database import utc_now, write_transaction
from blog.extensions import db
from tests.articles.feeds.reading import ALL, SITE, approved, change, fetch_json, parsed
from tests.support.factories import NOON, make_article, make_comments
from tests.support.feed_rules import faults
from tests.support.queries import statements


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, url=SITE)


ATOM = "{http://www.w3.org/2005/Atom}"
BROWSERS = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
)


READERS = (
    "*/*",
    "application/atom+xml, application/rss+xml;q=0.9, application/xml;q=0.8, text/html;q=0.5, */*;q=0.1",
    "application/feed+json, application/atom+xml, text/xml",
)


def test_scheduled_and_withdrawn_articles_are_in_no_feed(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Tea",))
    change(make_article("Gone", tags=("Tea",)), withdrawn_at=utc_now())
    make_article("Soon", published_at=utc_now() + timedelta(days=1), tags=("Tea", "Secret"))
    for path in ALL[:3]:
        assert [entry.title for entry in parsed(client, path).entries] == ["On Tea"]
        assert [item["title"] for item in fetch_json(client, path.replace("xml", "json"))["items"]] == ["On Tea"]
    assert client.get("/articles/gone/comments.xml").status_code == 410
    for path in ("/articles/soon/comments.xml", "/tags/secret/feed.xml", "/tags/x/feed.json", "/authors/x/feed.xml"):
        assert client.get(path).status_code == 404


def test_a_former_address_of_a_withdrawn_article_s_comments_is_gone(client: FlaskClient) -> None:
    article = make_article("On Tea")
    with write_transaction(db.session()) as session:
        session.add(Redirect(path="/articles/old-tea", article_id=article.id))
    change(article, withdrawn_at=utc_now())
    assert client.get("/articles/old-tea/comments.xml").status_code == 410


def test_the_feed_of_a_renamed_label_redirects(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Tea",))
    with write_transaction(db.session()) as session:
        session.add(FormerSlug(kind="tag", slug="former", target="tea"))
        session.add(FormerSlug(kind="author", slug="former", target="ada-byron"))
    for former, present in (("/tags/former", "/tags/tea"), ("/authors/former", "/authors/ada-byron")):
        for ending in ("xml", "json"):
            answer = client.get(f"{former}/feed.{ending}")
            assert (answer.status_code, answer.location) == (301, f"{present}/feed.{ending}")
            assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("path", ["/feed.xml", "/feed.json", "/articles/on-tea/comments.xml"])
def test_an_empty_feed_is_valid(client: FlaskClient, path: str) -> None:
    if path.startswith("/articles"):
        make_article("On Tea")
    assert client.get(path).data == client.get(path).data
    if path.endswith("xml"):
        assert parsed(client, path).entries == []
        assert faults(client.get(path).data, f"{SITE}{path}") == []
    else:
        assert fetch_json(client, path)["items"] == []


@pytest.mark.parametrize("path", [*ALL, "/feed.json"])
def test_an_unchanged_feed_is_304(client: FlaskClient, path: str) -> None:
    article = make_article("On Tea", tags=("Tea",))
    approved(article, submitted_at=NOON)
    first = client.get(path)
    assert first.headers["Last-Modified"] == http_date(NOON)
    assert first.headers["Cache-Control"].startswith("public, max-age=300")
    assert "Set-Cookie" not in first.headers
    for condition in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", W/{first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = client.get(path, headers=condition)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    stale = {"If-None-Match": '"other"', "If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get(path, headers=stale).status_code == 200
    assert client.head(path).headers["Content-Length"] == str(len(first.data))


@pytest.mark.parametrize("path", ["/feed.xml", "/tags/tea/feed.xml"])
def test_a_withdrawal_changes_the_feed(client: FlaskClient, path: str) -> None:
    make_article("On Tea", tags=("Tea",))
    newer = make_article("On Time", published_at=NOON + timedelta(days=1), tags=("Tea",))
    first = client.get(path)
    change(newer, withdrawn_at=utc_now())
    with write_transaction(db.session()) as session:
        session.add(CachePurge(key="index", reason="withdrawn", purged_at=utc_now()))
    for name, condition in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")):
        assert client.get(path, headers={condition: first.headers[name]}).status_code == 200


def test_a_withdrawal_long_ago_has_changed_the_feed_too(client: FlaskClient) -> None:
    make_article("On Tea")
    newer = make_article("On Time", published_at=NOON + timedelta(days=1))
    seen = {"If-Modified-Since": client.get("/feed.xml").headers["Last-Modified"]}
    change(newer, withdrawn_at=utc_now())
    with write_transaction(db.session()) as session:
        session.add(CachePurge(key="index", reason="withdrawn", purged_at=utc_now() - 2 * RETENTION))
    prune()
    assert client.get("/feed.xml", headers=seen).status_code == 200


@pytest.mark.parametrize("accept", BROWSERS)
def test_a_browser_gets_xml_with_a_stylesheet(client: FlaskClient, accept: str) -> None:
    make_article("On Tea")
    answer = client.get("/feed.xml", headers={"Accept": accept})
    assert answer.content_type == "application/xml; charset=utf-8"
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["ETag"] != client.get("/feed.xml").headers["ETag"]
    stylesheet = answer.text.split('<?xml-stylesheet type="text/css" href="')[1].split('"')[0]
    assert client.get(stylesheet, buffered=True).content_type.startswith("text/css")
    assert "This is a feed." in answer.text
    link = ET.fromstring(answer.data).find(f".//{ATOM}summary//{{http://www.w3.org/1999/xhtml}}a")  # noqa: S314
    assert link is not None
    assert (link.get("href"), link.text) == (f"{SITE}/articles/on-tea", "Water first.")


def test_a_feed_reader_gets_atom(client: FlaskClient) -> None:
    for accept in (*READERS, ""):
        answer = client.get("/feed.xml", headers={"Accept": accept})
        assert answer.content_type == "application/atom+xml; charset=utf-8", accept


def test_a_page_names_its_feeds(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Tea",))
    for page, own in {
        "/": [],
        "/tags/tea": ["/tags/tea/feed.xml", "/tags/tea/feed.json"],
        "/authors/ada-byron": ["/authors/ada-byron/feed.xml", "/authors/ada-byron/feed.json"],
        "/articles/on-tea": ["/articles/on-tea/comments.xml"],
    }.items():
        lines = [line for line in client.get(page).text.splitlines() if 'rel="alternate"' in line]
        feeds = [line.split('href="')[1].split('"')[0] for line in lines]
        assert feeds == [*own, "/feed.xml", "/feed.json"], page
        for line, feed in zip(lines, feeds, strict=True):
            assert f'type="{client.get(feed).mimetype}"' in line
            assert 'title="' in line


def test_a_feed_runs_the_same_few_statements_however_much_it_holds(client: FlaskClient) -> None:
    def count(path: str) -> int:
        with statements(db.engine) as sent:
            assert client.get(path).status_code == 200
        return len(sent)

    first = make_article("On Tea", tags=("Tea",))
    approved(first)
    limits = dict(zip([*ALL, "/feed.json"], [2, 3, 3, 4, 2], strict=True))
    few = {path: count(path) for path in limits}
    for number in range(12):
        make_article(f"Piece {number}", published_at=NOON + timedelta(days=number), tags=("Tea", f"Tag {number}"))
    make_comments(first, [{}] * 12, status=Status.APPROVED)
    for path, most in limits.items():
        assert count(path) == few[path] <= most, path
