"""Colours with a meaning: marked words, scrolling tables and code, times and names of comments."""

import pytest
from playwright.sync_api import Page

from blog.comments.models import Status
from tests.browser.conftest import OpenPage
from tests.support.factories import make_article, make_comment
from tests.support.screens import PHONE
from tests.support.servers import Served

WIDE = "<th>Water</th>" * 40
BODY = f"""<p>A <mark>marked</mark> word.</p><pre tabindex="0"><code>{"water " * 90}</code></pre>
<div class="table-scroll" tabindex="0"><table><tr>{WIDE}</tr></table></div>"""
STYLE = "(element, name) => getComputedStyle(element)[name]"
YELLOW = "rgb(255, 255, 0)"
"""The browser's default colour of a marked word."""


@pytest.fixture(scope="module")
def address(blog: Served) -> str:
    with blog.rows():
        article = make_article("Marks", slug="marks", body_html=BODY)
        make_comment(article, status=Status.APPROVED)
    return "/articles/marks"


@pytest.fixture
def page(open_page: OpenPage, address: str) -> Page:
    page = open_page(viewport=PHONE)
    page.goto(address)
    return page


def test_a_marked_word_has_the_colour_of_the_theme(page: Page) -> None:
    assert page.locator(".prose mark").evaluate(STYLE, "backgroundColor") != YELLOW


@pytest.mark.parametrize("scroller", [".prose pre", ".table-scroll"])
def test_a_scrollable_box_has_shadows_at_its_edges(page: Page, scroller: str) -> None:
    place = page.locator(scroller).first
    assert place.evaluate("element => element.scrollWidth > element.clientWidth")
    assert place.evaluate(STYLE, "backgroundImage").count("linear-gradient") == 4


def test_the_time_of_a_comment_is_quieter_than_its_name(page: Page) -> None:
    name, time = page.locator(".comment__author").first, page.locator(".comment__time").first
    assert int(time.evaluate(STYLE, "fontWeight")) < int(name.evaluate(STYLE, "fontWeight"))
    assert time.evaluate(STYLE, "color") != name.evaluate(STYLE, "color")
