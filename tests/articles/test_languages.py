"""An article in another language than the site's is marked with its language on every page."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from blog.comments.notices.links import Purpose, link_token
from blog.comments.receipts import token_of
from blog.content.models import public_article
from tests.support.factories import make_article, make_comment

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(autouse=True)
def _articles(client: FlaskClient) -> None:
    make_article("حول الشاي", slug="shay", lang="ar", excerpt="ماء", series="Tea", tags=("Tea",))
    make_article("On Tea", slug="tea", series="Tea", tags=("Tea",))


@pytest.mark.parametrize("class_", ["article__title p-name", "prose e-content"])
def test_an_article_names_the_language_of_its_title_and_text(client: FlaskClient, class_: str) -> None:
    assert f'class="{class_}" lang="ar" dir="auto"' in client.get("/articles/shay").text


def test_the_title_of_the_page_names_the_language_of_the_article(client: FlaskClient) -> None:
    assert '<title lang="ar" dir="auto">حول الشاي' in client.get("/articles/shay").text
    assert "<title>On Tea" in client.get("/articles/tea").text


def test_a_receipt_names_the_language_of_its_article(client: FlaskClient) -> None:
    article = public_article("shay")
    assert article is not None
    comment = make_comment(article)
    receipt = client.get(f"/comments/{token_of(comment)}").text
    assert re.search(r'<a href="/articles/shay" lang="ar" dir="auto">حول الشاي</a>', receipt)


def test_a_table_of_contents_names_the_language_of_its_article(client: FlaskClient) -> None:
    headings = "".join(f'<h2 id="h{number}">شاي {number}</h2>' for number in range(3))
    make_article("شاي", slug="long", lang="ar", body_html=headings, word_count=900)
    page = client.get("/articles/long").text
    assert '<ol class="contents__list" lang="ar" dir="auto">' in page
    assert '<a href="#h0">شاي 0</a>' in page


def test_the_page_behind_a_link_in_a_mail_names_the_language_of_the_article(client: FlaskClient) -> None:
    article = public_article("shay")
    assert article is not None
    address = f"/comments/mail/unsubscription/{link_token(make_comment(article), Purpose.UNSUBSCRIBE)}"
    assert re.search(r'<a href="/articles/shay" lang="ar" dir="auto">حول الشاي</a>', client.get(address).text)


def test_a_listing_names_the_language_of_title_and_excerpt(client: FlaskClient) -> None:
    page = client.get("/").text
    assert re.search(r'<a [^>]*lang="ar" dir="auto"[^>]*>حول الشاي', page)
    assert re.search(r'<p [^>]*lang="ar" dir="auto"[^>]*>ماء', page)


@pytest.mark.parametrize("address", ["/tags/tea", "/archive/2026", "/articles/tea", "/nowhere"])
def test_each_link_to_an_article_names_its_language(client: FlaskClient, address: str) -> None:
    assert re.search(r'<(a|span) [^>]*lang="ar" dir="auto"[^>]*>حول الشاي', client.get(address).text)


def test_an_article_without_a_language_has_that_of_the_site(client: FlaskClient) -> None:
    page = client.get("/articles/tea").text
    assert re.search(r'class="prose e-content" dir="auto"', page)
    assert '"inLanguage": "en"' in page


def test_json_ld_says_the_language_of_the_article(client: FlaskClient) -> None:
    assert '"inLanguage": "ar"' in client.get("/articles/shay").text


def test_atom_says_the_language_of_an_entry(client: FlaskClient) -> None:
    feed = ET.fromstring(client.get("/feed.xml").data)  # noqa: S314 - of our own making
    entries = feed.findall(f"{ATOM}entry")
    assert {entry.findtext(f"{ATOM}title"): entry.get(XML_LANG) for entry in entries} == {
        "حول الشاي": "ar",
        "On Tea": None,
    }


def test_json_feed_says_the_language_of_an_item(client: FlaskClient) -> None:
    items = json.loads(client.get("/feed.json").data)["items"]
    assert {item["title"]: item.get("language") for item in items} == {"حول الشاي": "ar", "On Tea": None}
