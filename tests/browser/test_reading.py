"""Reading in the browser: the index, an article, its tags."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from blog.content.models import Tag
from blog.extensions import db
from tests.browser.conftest import OpenPage
from tests.support.browser_faults import Faults
from tests.support.browsers import article_addresses
from tests.support.screens import WIDER
from tests.support.servers import Served

WIDTHS = (320, 390, 1440)


@pytest.fixture(scope="module")
def addresses(blog: Served) -> list[str]:
    """Every page that a reader can reach through links."""
    with blog.rows():
        tags = [f"/tags/{slug}" for slug in db.session.scalars(select(Tag.slug))]
    return ["/", "/?page=2", "/tags/", *article_addresses(blog), *tags]


def test_a_reader_gets_from_the_index_through_a_tag_to_another_article(page: Page) -> None:
    page.goto("/")
    newest = page.locator(".summary__title a").first
    title = newest.inner_text()
    newest.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)

    tag = page.locator(".article__foot .tags a").first
    name = tag.inner_text()
    tag.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".summary__title a", has_text=title)).to_be_visible()

    other = page.locator(".summary__title a").filter(has_not_text=title).first
    other_title = other.inner_text()
    other.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(other_title)


def test_the_index_is_paged_back_and_forth(page: Page) -> None:
    page.goto("/")
    newest = page.locator(".summary__title").all_inner_texts()
    page.get_by_role("link", name="Older articles").click()
    expect(page).to_have_url("/?page=2")
    older = page.locator(".summary__title").all_inner_texts()
    assert older
    assert not set(newest) & set(older)
    page.get_by_role("link", name="Newer articles").click()
    expect(page).to_have_url("/")


def test_a_wrong_address_offers_the_newest_articles(page: Page, faults: Faults) -> None:
    faults.allow("status of 404")
    page.goto("/articles/there-is-no-such-article")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")
    newest = page.locator(".newest a").first
    title = newest.inner_text()
    newest.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


@pytest.mark.still
def test_no_page_scrolls_sideways_sets_a_cookie_or_asks_another_host(page: Page, addresses: list[str]) -> None:
    too_wide = []
    widths = list(WIDTHS)
    for address in addresses:
        widths.reverse()  # so that the window has the first one already
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for width in widths:
            page.set_viewport_size({"width": width, "height": 844})
            if page.evaluate(WIDER) > 0:
                too_wide.append(f"{address} at {width} pixels")
    assert too_wide == []
    assert page.context.cookies() == []


@pytest.mark.still
def test_a_dark_system_gets_dark_pages(open_page: OpenPage) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light, dark = open_page(color_scheme="light"), open_page(color_scheme="dark")
    light.goto("/")
    dark.goto("/")
    assert light.evaluate(background) != dark.evaluate(background)


def test_printed_pages_have_text_in_points_and_no_buttons(page: Page) -> None:
    page.goto("/")
    page.locator(".summary__title a").first.click()
    page.emulate_media(media="print")
    expect(page.locator(".prose")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.locator("#comment-form")).to_be_hidden()
    points = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize) * 72 / 96")
    assert points == pytest.approx(11, rel=0.01)


def test_the_keyboard_skips_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
