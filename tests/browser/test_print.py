"""A printed article has all of its text, and nothing that only a screen needs."""

from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.conftest import OpenPage
from tests.support.factories import make_article
from tests.support.servers import Served

CODE = "first " + " ".join(f"word{number}" for number in range(60)) + " last"
ROWS = "".join(f"<tr><td>Cup {number}</td><td>Water {number}</td></tr>" for number in range(8))
BODY = f"""<pre tabindex="0"><code>{CODE}</code></pre>
{"<p>Water comes first.</p>" * 12}
<div class="table-scroll" tabindex="0"><table><thead><tr><th>Cup</th><th>Content</th></tr></thead>{ROWS}</table></div>
<p><code>tinted</code></p>"""
STYLES = """() => [...document.querySelectorAll(".prose :is(pre, code, .table-scroll)")].map(
    element => getComputedStyle(element)).map(style =>
    [style.overflowX, style.backgroundColor, style.backgroundImage])"""


@pytest.fixture(scope="module")
def address(blog: Served) -> str:
    with blog.rows():
        make_article("On paper", slug="on-paper", body_html=BODY)
    return "/articles/on-paper"


@pytest.fixture
def paper(open_page: OpenPage, address: str) -> Page:
    page = open_page()
    page.goto(address)
    return page


def test_long_code_and_tables_are_printed_completely(paper: Page) -> None:
    pages = [sheet.extract_text() for sheet in PdfReader(BytesIO(paper.pdf(width="5in", height="7in"))).pages]
    printed = " ".join(" ".join(pages).split())
    assert CODE in printed
    assert [row for row in range(8) if f"Cup {row}" not in printed] == []
    assert len([sheet for sheet in pages if "Cup " in sheet]) == 1, "the table is split"


def test_printed_pages_have_no_scrollbars_and_no_backgrounds(paper: Page) -> None:
    paper.emulate_media(media="print")
    assert {tuple(style) for style in paper.evaluate(STYLES)} == {("visible", "rgba(0, 0, 0, 0)", "none")}
