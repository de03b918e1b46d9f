"""The content of feeds, as feed readers see it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from blog.comments.models import Status
from blog.config import Settings
from blog.content.models import Article, Redirect
from blog.database import utc_now, write_transaction
from blog.extensions import db
from tests.articles.feeds.reading import ALL, SITE, approved, change, fetch_json, parsed
from tests.support.factories import NOON, make_article, make_comment, make_comments
from tests.support.feed_rules import faults


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, url=SITE)


def test_the_site_s_feed_has_its_articles_in_full(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Green tea", "Water"), updated_at=NOON + timedelta(hours=1))
    make_article("On Time", published_at=NOON + timedelta(days=1))
    feed = parsed(client, "/feed.xml")
    assert feed.version == "atom10"
    assert (feed.feed.title, feed.feed.link) == ("A Test Blog", f"{SITE}/")
    assert [entry.title for entry in feed.entries] == ["On Time", "On Tea"]
    entry = feed.entries[1]
    assert entry.link == f"{SITE}/articles/on-tea"
    assert entry.content[0].value == "<p>Water first.</p>"
    assert (entry.published, entry.updated) == ("2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z")
    assert [(author.name, author.href) for author in entry.authors] == [("Ada Byron", f"{SITE}/authors/ada-byron")]
    assert [(tag.term, tag.label) for tag in entry.tags] == [("green-tea", "Green tea"), ("water", "Water")]
    assert feed.feed.updated == "2026-03-02T12:00:00Z"


def test_the_json_feed_says_the_same(client: FlaskClient) -> None:
    article = make_article("On Tea", tags=("Green tea",), image="/media/tea.png", image_alt="A cup & saucer")
    feed = fetch_json(client, "/feed.json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (f"{SITE}/", f"{SITE}/feed.json")
    assert feed["language"] == "en"
    assert feed["items"] == [
        {
            "id": f"tag:blog.example.org,2026:article/{article.id}",
            "url": f"{SITE}/articles/on-tea",
            "title": "On Tea",
            "content_html": f'<p><img src="{SITE}/media/tea.png" alt="A cup &amp; saucer"></p>\n<p>Water first.</p>',
            "summary": "Water first.",
            "image": f"{SITE}/media/tea.png",
            "date_published": "2026-03-01T12:00:00+00:00",
            "date_modified": "2026-03-01T12:00:00+00:00",
            "authors": [{"name": "Ada Byron", "url": f"{SITE}/authors/ada-byron"}],
            "tags": ["Green tea"],
        }
    ]
    entry = parsed(client, "/feed.xml").entries[0]
    assert entry.id == feed["items"][0]["id"]
    assert entry.content[0].value.startswith(f'<p><img alt="A cup &amp; saucer" src="{SITE}/media/tea.png" /></p>')


def test_tags_and_authors_have_feeds_of_their_own(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Tea",))
    make_article("On Time")
    for path in ("/tags/tea/feed", "/authors/ada-byron/feed"):
        titles = [entry.title for entry in parsed(client, f"{path}.xml").entries]
        assert titles == [item["title"] for item in fetch_json(client, f"{path}.json")["items"]]
        assert titles == (["On Tea"] if "tags" in path else ["On Time", "On Tea"])
    assert parsed(client, "/tags/tea/feed.xml").feed.title == "Tea – A Test Blog"
    assert fetch_json(client, "/authors/ada-byron/feed.json")["home_page_url"] == f"{SITE}/authors/ada-byron"


def test_an_article_s_approved_comments_have_a_feed(client: FlaskClient) -> None:
    article = make_article("On Tea")
    for status in Status:
        make_comment(article, f"I am {status}", status=status, submitted_at=NOON)
    last = approved(article, "See you.", name="Cid", website="https://cid.example/", submitted_at=utc_now())
    feed = parsed(client, "/articles/on-tea/comments.xml")
    assert [entry.content[0].value for entry in feed.entries] == ["<p>See you.</p>", "<p>I am approved</p>"]
    entry = feed.entries[0]
    assert entry.title == "Cid on “On Tea”"
    assert entry.author_detail == {"name": "Cid", "href": "https://cid.example/"}
    assert entry.link == f"{SITE}/articles/on-tea/comments/{last.id}"
    assert feed.namespaces["thr"] == "http://purl.org/syndication/thread/1.0"
    assert f'ref="tag:blog.example.org,2026:article/{article.id}"' in client.get("/articles/on-tea/comments.xml").text
    assert "bea@example.org" not in client.get("/articles/on-tea/comments.xml").text


def test_the_link_of_each_comment_leads_to_it_on_its_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blog.comments.thread_paging.PAGE_SIZE", 2)
    article = make_article("On Tea")
    for number in range(5):
        approved(article, f"Number {number}.", submitted_at=NOON + timedelta(minutes=number))
    entries = parsed(client, "/articles/on-tea/comments.xml").entries
    assert len(entries) == 5
    for entry in entries:
        place = urlsplit(client.get(urlsplit(entry.link).path).headers["Location"])
        page = client.get(f"{place.path}?{place.query}").text
        assert f'id="{place.fragment}"' in page
        assert entry.content[0].value in page


def test_a_reply_names_its_parent_in_the_feed(client: FlaskClient) -> None:
    article = make_article("On Tea")
    parent = approved(article, "First.", submitted_at=NOON)
    make_comment(article, "Second.", parent=parent, status=Status.APPROVED)
    root = ET.fromstring(client.get("/articles/on-tea/comments.xml").data)  # noqa: S314 - our own
    answers = [node.attrib for node in root.iter("{http://purl.org/syndication/thread/1.0}in-reply-to")]
    assert [answer["ref"] for answer in answers] == [
        f"tag:blog.example.org,2026:comment/{parent.id}", f"tag:blog.example.org,2026:article/{article.id}"
    ]  # fmt: skip
    assert answers[0]["href"] == f"{SITE}/articles/on-tea/comments/{parent.id}"


HOSTILE = "a\x01b\x0bc\x1fd\x7fe\x9ff\ufffeg\ufdd0h\U0001fffei ]]> <&amp; “Ümlaut” 🫖"


def test_feeds_are_valid_whatever_an_article_contains(client: FlaskClient) -> None:
    body = (
        f'<p>{HOSTILE.replace("<", "&lt;")}</p><p><a href="/tags/tea?a=1&amp;b=2">there</a> <a href="#below">below</a> '
        '<a href="">here</a> <a href="//example.org/x">out</a> <a href="mailto:a@b.example">mail</a></p>'
        '<p><img src="/media/0a.png" alt="&quot;" loading="lazy"><img src="/media/0b.png" alt="">'
        '<picture><source srcset="/media/1.avif 320w, /media/2.avif 640w"></picture></p>'
    )
    article = make_article(
        HOSTILE, slug="on-tea", tags=("Tea", "Кофе & Co"), body_html=body, excerpt=HOSTILE, image="/media/0c.png"
    )
    make_article("Without words", excerpt="", body_html="", tags=("Tea",))
    approved(article, HOSTILE, name=HOSTILE[:40])
    approved(article, HOSTILE)
    for path in ALL:
        assert faults(client.get(path).data, f"{SITE}{path}") == [], path
        assert "🫖" in parsed(client, path).entries[-1].title, path


def test_the_feed_rules_find_faults(client: FlaskClient) -> None:
    make_article("On Tea", body_html='<p><a href="https://example.org/">x</a></p>')
    good = client.get("/feed.xml").text
    for spoiled in (
        good.replace("https://example.org/", "/x"),
        good.replace("<updated>2026-03-01T", "<updated>2026-03-01 "),
        good.replace(":articles</id>", f":article/{db.session.scalar(db.select(Article.id))}</id>"),
        good.replace('rel="self"', 'rel="related"'),
        good.replace("<title>On Tea</title>", ""),
        good.replace("Water", "Wa\x85ter"),
        good.replace("</entry>", "<link rel='alternate' href='https://example.org/'/></entry>"),
    ):
        assert faults(good.encode(), f"{SITE}/feed.xml") == []
        assert faults(spoiled.encode(), f"{SITE}/feed.xml") != []


def test_links_and_images_of_an_article_are_full_addresses(client: FlaskClient) -> None:
    body = (
        '<p><a href="#n">n</a> <a href="../tags/">t</a> <img src="/media/a.png" alt=""> <a href="http://[x">x</a></p>'
    )
    make_article("On Tea", body_html=body)
    assert fetch_json(client, "/feed.json")["items"][0]["content_html"] == (
        f'<p><a href="{SITE}/articles/on-tea#n">n</a> <a href="{SITE}/tags/">t</a> '
        f'<img src="{SITE}/media/a.png" alt=""> <a href="http://[x">x</a></p>'
    )


def test_an_id_survives_a_new_slug_and_every_id_is_another(client: FlaskClient) -> None:
    article = make_article("On Tea", tags=("Tea",))
    make_article("On Time", tags=("Tea",))
    approved(article)
    before = {entry.id for entry in parsed(client, "/feed.xml").entries}
    comments = parsed(client, "/articles/on-tea/comments.xml")
    change(article, slug="about-tea", title="About Tea")
    with write_transaction(db.session()) as session:
        session.add(Redirect(path="/articles/on-tea", article_id=article.id))
    assert {entry.id for entry in parsed(client, "/feed.xml").entries} == before
    moved = client.get("/articles/on-tea/comments.xml")
    assert (moved.status_code, moved.location) == (301, "/articles/about-tea/comments.xml")
    after = parsed(client, moved.location)
    assert (after.feed.id, after.entries[0].id) == (comments.feed.id, comments.entries[0].id)
    feeds = ("/feed.xml", "/tags/tea/feed.xml", "/authors/ada-byron/feed.xml", moved.location)
    ids = [parsed(client, path).feed.id for path in feeds] + [comments.entries[0].id, *before]
    assert len(set(ids)) == len(ids)


def test_a_feed_has_the_newest_twenty(client: FlaskClient) -> None:
    for number in range(23):
        make_article(f"Piece {number}", published_at=NOON + timedelta(hours=number), tags=("Tea",))
    expected = [f"Piece {number}" for number in range(22, 2, -1)]
    for path in ALL[:3]:
        assert [entry.title for entry in parsed(client, path).entries] == expected, path
        assert [item["title"] for item in fetch_json(client, path.replace("xml", "json"))["items"]] == expected, path


def test_a_feed_of_comments_has_the_newest_twenty(client: FlaskClient) -> None:
    article = make_article("On Tea")
    each = [{"body": f"Number {number}.", "submitted_at": NOON + timedelta(hours=number)} for number in range(23)]
    make_comments(article, each, status=Status.APPROVED)
    found = [entry.content[0].value for entry in parsed(client, "/articles/on-tea/comments.xml").entries]
    assert found == [f"<p>Number {number}.</p>" for number in range(22, 2, -1)]


@pytest.mark.parametrize(
    ("updated_at", "expected"),
    [
        (NOON + timedelta(hours=1), "2026-03-01T13:00:00Z"),
        (NOON - timedelta(days=1), "2026-03-01T12:00:00Z"),
        (datetime(2999, 1, 1, tzinfo=UTC), "2026-03-01T12:00:00Z"),
    ],
    ids=["later", "while it waited", "in the future"],
)
def test_an_entry_was_updated_neither_before_it_was_public_nor_in_the_future(
    client: FlaskClient, updated_at: datetime, expected: str
) -> None:
    make_article("On Tea", updated_at=updated_at)
    assert parsed(client, "/feed.xml").entries[0].updated == expected
