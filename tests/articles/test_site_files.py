"""Files that browsers and search engines request by themselves."""

import json
import re
from dataclasses import replace
from io import BytesIO
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from PIL import Image

from blog.config import Settings
from blog.paths import STATIC
from tests.support.applications import opened
from tests.support.factories import make_article

pytestmark = pytest.mark.only_on("sqlite", reason="these files show no rows")

SITE = "https://blog.example.org"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, url=SITE, title="The Blog of the Long Title", tagline="On tea")


def test_robots_may_read_public_pages(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    for path in ("/", "/articles/on-tea", "/tags/tea", "/feed.xml", "/media/a.png", "/articles/on-tea/comments.xml"):
        assert rules.can_fetch("AnyBot", path), path
    for path in ("/moderation/", "/preview/x", "/comments/x", "/search?q=tea", "/webhooks/ghost"):
        assert not rules.can_fetch("AnyBot", path), path
    assert rules.site_maps() == [f"{SITE}/sitemap.xml"]


def test_a_browser_learns_how_to_search(client: FlaskClient) -> None:
    page = client.get("/").text
    link = re.search(
        r'<link rel="search" type="application/opensearchdescription\+xml" title="[^"]+" href="([^"]+)">', page
    )
    assert link is not None
    answer = client.get(link[1])
    assert answer.content_type == "application/opensearchdescription+xml"
    root = ET.fromstring(answer.data)  # noqa: S314 - of our own making
    assert root.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert root.findtext(f"{OPENSEARCH}ShortName") == "The Blog of the…"
    assert root.findtext(f"{OPENSEARCH}LongName") == "The Blog of the Long Title"
    templates = {url.get("type"): url.get("template") for url in root.iter(f"{OPENSEARCH}Url")}
    assert templates["text/html"] == f"{SITE}/search?q={{searchTerms}}"
    assert templates["application/opensearchdescription+xml"] == f"{SITE}/opensearch.xml"


def test_the_manifest_names_the_site_and_existing_icons(client: FlaskClient) -> None:
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get("/").text
    answer = client.get("/manifest.webmanifest")
    assert answer.content_type == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert (manifest["name"], manifest["short_name"]) == ("The Blog of the Long Title", "The Blog of the…")
    assert (manifest["lang"], manifest["dir"], manifest["start_url"]) == ("en", "ltr", "/")
    assert {"192x192", "512x512", "any"} == {icon["sizes"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        file = client.get(icon["src"], buffered=True)
        assert file.mimetype == icon["type"]
        if icon["sizes"] != "any":
            width, height = Image.open(BytesIO(file.data)).size
            assert f"{width}x{height}" == icon["sizes"]


def test_icons_are_at_their_usual_addresses(client: FlaskClient) -> None:
    icon = client.get("/favicon.ico")
    assert icon.content_type == "image/x-icon"
    assert Image.open(BytesIO(icon.data)).info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    touch_icon = client.get("/apple-touch-icon.png")
    assert touch_icon.content_type == "image/png"
    assert Image.open(BytesIO(touch_icon.data)).size == (180, 180)
    page = client.get("/").text
    for address in re.findall(r'<link rel="(?:icon|apple-touch-icon)"[^>]* href="([^"]+)"', page):
        assert client.get(address, buffered=True).status_code == 200
    assert page.count('rel="icon"') == 2
    assert page.count('rel="apple-touch-icon"') == 1


def test_a_theme_can_have_its_own_icons(client: FlaskClient, settings: Settings) -> None:
    theme = settings.instance / "theme"
    (theme / "static" / "icons").mkdir(parents=True)
    (theme / "static" / "icons" / "favicon.ico").write_bytes(b"other")
    with opened(replace(settings, theme=theme)) as themed:
        assert themed.test_client().get("/favicon.ico").data == b"other"


def test_site_files_are_cached_and_revalidated(client: FlaskClient) -> None:
    for path in ("/robots.txt", "/opensearch.xml", "/manifest.webmanifest", "/favicon.ico", "/apple-touch-icon.png"):
        first = client.get(path)
        assert "public" in first.headers["Cache-Control"], path
        assert "max-age" in first.headers["Cache-Control"], path
        assert "Last-Modified" not in first.headers, path
        assert "Set-Cookie" not in first.headers, path
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304, path


def test_a_browser_s_frame_has_the_page_s_colour(client: FlaskClient) -> None:
    light, dark = re.findall("--paper: (.+?);", (STATIC / "css/10-tokens.css").read_text())
    make_article("On Tea")
    for path in ("/", "/articles/on-tea", "/nowhere"):
        page = client.get(path).text
        assert f'<meta name="theme-color" media="(prefers-color-scheme: light)" content="{light}">' in page
        assert f'<meta name="theme-color" media="(prefers-color-scheme: dark)" content="{dark}">' in page
    manifest = json.loads(client.get("/manifest.webmanifest").data)
    assert (manifest["theme_color"], manifest["background_color"]) == (light, light)
