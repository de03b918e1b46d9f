"""Links in the texts of a CMS get the right targets on this blog."""

import re
import time

import pytest

from blog.sources.ghost.source import GhostSource
from blog.sources.links import with_own_links
from blog.sources.wordpress.source import WordPressSource
from tests.sources.fake_ghost import CONTENT_KEY, fake_ghost
from tests.sources.fake_wordpress import fake_wordpress
from tests.support.fakes import Request, Sent, as_json

CMS = "https://cms.example"
PIECE = f"{CMS}/2026/03/on-tea/"

LINKS = {
    "https://cms.example/water-first/": "/water-first/",
    "https://cms.example/tag/tea/": "/tag/tea/",
    "https://cms.example/water-first/#how-hot": "/water-first/#how-hot",
    "https://cms.example": "/",
    "/author/ada/": "/author/ada/",
    "../water-first/": "/2026/03/water-first/",
    "/content/files/2026/01/table.pdf": f"{CMS}/content/files/2026/01/table.pdf",
    "/wp-content/uploads/table.pdf": f"{CMS}/wp-content/uploads/table.pdf",
    "table.pdf": f"{PIECE}table.pdf",
    "/wp-login.php": f"{CMS}/wp-login.php",
    "/?p=12": f"{CMS}/?p=12",
    "#top": "#top",
    "mailto:ada@example.org": "mailto:ada@example.org",
    "https://other.example/tag/tea/?a=1&amp;b=2": "https://other.example/tag/tea/?a=1&amp;b=2",
    "//other.example/x": "https://other.example/x",
    "http://[": "http://[",
    "https://cms.example//other.example/x": f"{CMS}//other.example/x",
    "https://cms.example/\\other.example/x": f"{CMS}/\\other.example/x",
    "https://cms.example/&#9;/other.example/x": f"{CMS}//other.example/x",
}


@pytest.mark.parametrize("link", LINKS)
def test_each_link_gets_the_right_target(link: str) -> None:
    html = with_own_links(f'<p><a class="x" href="{link}" title="t">words</a></p>', PIECE, CMS)
    assert html == f'<p><a class="x" href="{LINKS[link]}" title="t">words</a></p>'


def test_other_attributes_and_texts_stay() -> None:
    html = "<a data-href='/x' id=a>x</a> href=\"/y\" <img src=\"/z.png\"> <a href='/tag/a/'>a</a>"
    assert with_own_links(html, PIECE, CMS) == html.replace("'/tag/a/'", '"/tag/a/"')


def test_hostile_text_takes_linear_time() -> None:
    started = time.process_time()
    with_own_links("<a " * 100_000 + "<a href=" * 100_000, PIECE, CMS)
    assert time.process_time() - started < 5


def test_links_to_unpublished_posts_stay_on_ghost() -> None:
    with fake_ghost() as (ghost, server):
        honest = server.answer
        pages = [{"id": "1", "url": f"{server.url}/about/", "visibility": "public"}]

        def answer(request: Request) -> Sent:
            if request.path != "/ghost/api/content/pages/":
                return honest(request)
            pagination = {"page": 1, "limit": 100, "pages": 1, "total": len(pages), "next": None}
            return as_json({"pages": pages, "meta": {"pagination": pagination}})

        server.answer = answer
        ghost.add(1, "For members", visibility="members", url=f"{server.url}/for-members/")
        html = "".join(f'<a href="/{name}/">x</a>' for name in ("about", "for-members", "tea"))
        for number in (2, 3):
            ghost.add(number, f"Tea {number}", html=html, url=f"{server.url}/tea-{number}/")
        source = GhostSource(server.url, CONTENT_KEY, None)
        bodies = [item.load().body for item in source.listing() if item.source_id != f"{1:024x}"]
        source.close()
        expected = [f"{server.url}/about/", f"{server.url}/for-members/", "/tea/"]
        assert [re.findall('href="([^"]*)"', body) for body in bodies] == [expected, expected]
        assert sum(request.path.endswith("/pages/") for request in server.requests) == 1, "once in a sync"


def test_links_to_pages_stay_on_wordpress() -> None:
    with fake_wordpress() as (wordpress, server):
        honest = server.answer

        def answer(request: Request) -> Sent:
            if request.path == "/wp-json/wp/v2/pages":
                return as_json([{"link": f"{server.url}/about/"}])
            return honest(request)

        server.answer = answer
        html = '<a href="/about/#us">x</a><a href="/tea/">x</a>'
        wordpress.add(1, "Tea", content={"rendered": html, "protected": False}, link=f"{server.url}/tea/")
        source = WordPressSource(server.url, None)
        [body] = [item.load().body for item in source.listing()]
        source.close()
        assert re.findall('href="([^"]*)"', body) == [f"{server.url}/about/#us", "/tea/"]


def test_a_cms_that_does_not_list_its_pages_still_syncs() -> None:
    with fake_ghost() as (ghost, server):
        ghost.add(1, "Tea", html='<a href="/about/">x</a>', url=f"{server.url}/tea/")
        source = GhostSource(server.url, CONTENT_KEY, None)
        [body] = [item.load().body for item in source.listing()]
        source.close()
        assert body == '<a href="/about/">x</a>'
