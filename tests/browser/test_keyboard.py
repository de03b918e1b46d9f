"""A reader with a keyboard: everything can be reached in order, is visible with focus, and can be left."""

from itertools import islice

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.browsers import open_article
from tests.support.focus import tab_to, walk
from tests.support.page_kinds import RICH_ARTICLE
from tests.support.screens import PHONE
from tests.support.servers import Served

pytestmark = pytest.mark.still

PLACES = {
    "/": [".skip-link", ".site-header", ".summaries", ".pager"],
    "/tags/writing": [".skip-link", ".site-header", ".page-head", ".summaries"],
    RICH_ARTICLE: [
        ".skip-link",
        ".site-header",
        ".article__head",
        ".prose",
        ".article__foot .tags",
        ".neighbours",
        ".comment-form",
    ],
}
"""The parts of a page with links or buttons, in order. Other parts may be between them."""


@pytest.fixture(params=[None, PHONE], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    page = open_page(viewport=request.param)
    page.emulate_media(reduced_motion="reduce")
    return page


@pytest.mark.parametrize("address", PLACES)
def test_tab_moves_the_focus_through_a_page_and_back(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    there = list(walk(page, "Tab", PLACES[address]))
    assert [step.number for step in there] == sorted({step.number for step in there})
    assert [place for place in dict.fromkeys(step.place for step in there) if place] == PLACES[address]
    assert list(islice(walk(page, "Shift+Tab", PLACES[address]), len(there))) == there[::-1]


def test_an_open_footnote_does_not_trap_the_focus(page: Page) -> None:
    page.goto(RICH_ARTICLE)
    mark = page.locator(".footnote-mark").first
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".footnote").first).to_be_visible()
    tab_to(page, page.get_by_label("Name"))


def test_a_reader_gets_from_the_index_through_a_tag_to_an_article(page: Page) -> None:
    page.goto("/")
    tab_to(page, page.locator(".summary .tags a").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tags/*")
    title = page.locator(".summary__title a").first
    name = title.inner_text()
    tab_to(page, title)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_comment_is_written_and_sent(page: Page, blog: Served, request: pytest.FixtureRequest) -> None:
    page.goto(open_article(blog))
    tab_to(page, page.get_by_label("Name"))
    page.keyboard.type("Bea Brown")
    page.keyboard.press("Tab")
    page.keyboard.type("bea@example.org")
    tab_to(page, page.get_by_label("Comment", exact=True))
    page.keyboard.type(f"Typed without a pointer: {request.node.name}.")
    tab_to(page, page.get_by_role("button", name="Send the comment"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("waiting for a moderator")
