"""Links inside the texts of a CMS lead where a reader of this blog should go."""

import time

import pytest

from blog.sources.links import with_own_links

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
}


@pytest.mark.parametrize("link", LINKS)
def test_each_link_leads_where_it_should(link: str) -> None:
    html = with_own_links(f'<p><a class="x" href="{link}" title="t">words</a></p>', PIECE, CMS)
    assert html == f'<p><a class="x" href="{LINKS[link]}" title="t">words</a></p>'


def test_other_attributes_and_texts_stay() -> None:
    html = "<a data-href='/x' id=a>x</a> href=\"/y\" <img src=\"/z.png\"> <a href='/tag/a/'>a</a>"
    assert with_own_links(html, PIECE, CMS) == html.replace("'/tag/a/'", '"/tag/a/"')


def test_hostile_text_takes_linear_time() -> None:
    started = time.process_time()
    with_own_links("<a " * 100_000 + "<a href=" * 100_000, PIECE, CMS)
    assert time.process_time() - started < 5
