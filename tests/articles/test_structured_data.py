"""Structured data of pages: OpenGraph, JSON-LD with schema.org, microformats."""

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import mf2py
import pytest
from flask.testing import FlaskClient

from blog.comments.models import Status
from blog.config import Settings
from blog.database import utc_now
from tests.support.factories import NOON, make_article, make_comment

SITE = "https://blog.example"
URL = f"{SITE}/articles/on-tea"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, url=SITE, tagline="All about tea")


@pytest.fixture
def page(client: FlaskClient) -> str:
    article = make_article(
        "On “Tea” & </script> leaves", slug="on-tea", tags=("Green tea", "Water"), word_count=900,
        image="/media/a.png", image_alt="A cup", excerpt="Water <first>.", updated_at=NOON + timedelta(days=3),
    )  # fmt: skip
    make_comment(article, "Lovely.", status=Status.APPROVED)
    make_comment(article, "Waiting.")
    return client.get("/articles/on-tea").text


def properties(page: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def linked_data(page: str) -> Any:  # noqa: ANN401 - whatever the page says
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(found) == 1
    return json.loads(found[0])


def test_opengraph_describes_the_article(page: str) -> None:
    metadata = properties(page)
    assert metadata["og:type"] == "article"
    assert metadata["og:title"] == "On “Tea” & </script> leaves"
    assert metadata["og:description"] == "Water <first>."
    assert metadata["og:url"] == URL
    assert (metadata["og:image"], metadata["og:image:alt"]) == (f"{SITE}/media/a.png", "A cup")
    assert metadata["og:site_name"] == "A Test Blog"
    assert metadata["twitter:card"] == "summary_large_image"


def test_the_first_page_and_a_tag_have_cards_too(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Tea",))
    index, tag = properties(client.get("/").text), properties(client.get("/tags/tea").text)
    assert (index["og:type"], index["og:url"], index["og:description"]) == ("website", f"{SITE}/", "All about tea")
    assert (tag["og:title"], tag["og:url"], tag["twitter:card"]) == ("Tea", f"{SITE}/tags/tea", "summary")


def test_an_update_before_the_publication_or_in_the_future_is_not_shown(client: FlaskClient) -> None:
    make_article("On Tea", updated_at=NOON - timedelta(days=3))
    make_article("On Time", updated_at=utc_now() + timedelta(days=3))
    for slug in ("on-tea", "on-time"):
        page = client.get(f"/articles/{slug}").text
        assert linked_data(page)[0]["dateModified"] == "2026-03-01T12:00:00+00:00"
        assert "byline__updated" not in page


def test_json_ld_has_the_shape_of_a_blog_posting(page: str) -> None:
    posting, trail = linked_data(page)
    assert posting["@context"] == trail["@context"] == "https://schema.org"
    assert posting["@type"] == "BlogPosting"
    assert posting["headline"] == "On “Tea” & </script> leaves"
    assert posting["datePublished"] == "2026-03-01T12:00:00+00:00"
    assert posting["dateModified"] == "2026-03-04T12:00:00+00:00"
    assert posting["author"] == [{"@type": "Person", "name": "Ada Byron", "url": f"{SITE}/authors/ada-byron"}]
    assert posting["keywords"] == ["Green tea", "Water"]
    assert (posting["commentCount"], posting["wordCount"], posting["image"]) == (1, 900, f"{SITE}/media/a.png")
    assert posting["mainEntityOfPage"]["@id"] == posting["url"] == URL
    assert [(step["position"], step["item"]) for step in trail["itemListElement"]] == [(1, f"{SITE}/"), (2, URL)]


def test_json_ld_nests_replies_in_their_parents(client: FlaskClient) -> None:
    article = make_article("On Tea")
    parents = [make_comment(article, "Level 0.", status=Status.APPROVED)]
    for level in range(1, 6):
        parents.append(make_comment(article, f"Level {level}.", parent=parents[-1], status=Status.APPROVED))
    node = linked_data(client.get("/articles/on-tea").text)[0]
    assert node["commentCount"] == 6
    for comment in parents[:4]:
        [node] = node["comment"]
        assert node["@type"] == "Comment"
        assert node["@id"] == f"{URL}/comments/{comment.id}"
        assert node["author"] == {"@type": "Person", "name": "Bea Brown"}
    fourth, fifth = node["comment"]
    assert "parentItem" not in fourth
    assert fifth["parentItem"]["@id"] == fourth["@id"]


def test_a_tag_s_page_has_breadcrumbs(client: FlaskClient) -> None:
    make_article("On Tea", tags=("Tea",))
    trail = linked_data(client.get("/tags/tea").text)
    assert trail["@type"] == "BreadcrumbList"
    assert [step["item"] for step in trail["itemListElement"]] == [f"{SITE}/", f"{SITE}/tags/", f"{SITE}/tags/tea"]


def test_an_author_s_page_has_what_a_tag_s_page_has(client: FlaskClient) -> None:
    make_article("On Tea")
    page = client.get("/authors/ada-byron").text
    trail = linked_data(page)
    assert [step["item"] for step in trail["itemListElement"]] == [f"{SITE}/", f"{SITE}/authors/ada-byron"]
    assert '<meta property="og:title" content="Ada Byron">' in page
    assert 'href="/authors/ada-byron/feed.xml"' in page


def test_microformats_are_read_back(page: str) -> None:
    [entry] = [item for item in mf2py.parse(page, url=URL)["items"] if "h-entry" in item["type"]]
    metadata = entry["properties"]
    assert metadata["name"] == ["On “Tea” & </script> leaves"]
    assert metadata["published"] == ["2026-03-01T12:00:00+0000"]
    assert metadata["updated"] == ["2026-03-04T12:00:00+0000"]
    assert metadata["category"] == ["Green tea", "Water"]
    assert metadata["url"] == [URL]
    assert metadata["author"][0]["properties"]["name"] == ["Ada Byron"]
    assert metadata["content"][0]["value"].strip() == "Water first."


def test_comments_and_listings_are_microformats_too(client: FlaskClient, page: str) -> None:
    cites = [item for item in mf2py.parse(page, url=URL)["items"] if "h-cite" in item["type"]]
    assert [str(cite["properties"]["content"][0]).strip() for cite in cites] == ["Lovely."]
    assert "Bea Brown" in str(cites[0]["properties"]["author"])
    [feed] = [item for item in mf2py.parse(client.get("/").text, url=SITE)["items"] if "h-feed" in item["type"]]
    assert [child["properties"]["url"] for child in feed["children"]] == [[URL]]
