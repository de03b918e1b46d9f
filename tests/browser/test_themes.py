"""The shipped theme is as accessible as the built-in one, and clearly different."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from blog.theming.theme import shipped
from tests.browser.conftest import PHONE, OpenPage
from tests.support.axe import violations
from tests.support.browser_faults import Faults
from tests.support.browsers import sign_in
from tests.support.page_kinds import MODERATOR, PageKind, furnish
from tests.support.servers import Served, served

DESK = {"width": 1280, "height": 800}
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module", params=shipped())
def blog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp(request.param)
    with served(folder, BLOG_THEME=request.param, BLOG_COMMENT_RATE="1000 per minute") as blog:
        yield blog


@pytest.fixture(scope="module")
def kinds(blog: Served) -> list[PageKind]:
    return furnish(blog)


@pytest.fixture(params=[("light", PHONE), ("light", DESK), ("dark", DESK)], ids=["phone", "light", "dark"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    scheme, viewport = request.param
    return open_page(color_scheme=scheme, viewport=viewport)


def test_axe_finds_nothing_and_nothing_is_too_wide(page: Page, kinds: list[PageKind], faults: Faults) -> None:
    faults.allow("status of 4(04|10)")
    sign_in(page, MODERATOR)
    found = []
    for kind in kinds:
        page.goto(kind.address)
        found += violations(page)
        if page.evaluate(WIDER) > 0:
            found.append(f"{kind.address} is too wide")
    assert not found, "\n".join(found)


def test_a_tile_links_to_its_article_and_its_tags(open_page: OpenPage) -> None:
    page = open_page(viewport=DESK)
    page.goto("/")
    tile = page.locator(".summary__article").nth(1)
    title, tag = tile.locator(".summary__title").inner_text(), tile.locator(".tag").first
    tag_name = tag.inner_text()
    tag.click()
    assert page.locator("h1").inner_text() == tag_name
    page.go_back()
    tile.click(position={"x": 8, "y": 8})
    assert page.locator("h1").inner_text() == title


def test_printed_pages_show_the_name_of_the_site(open_page: OpenPage) -> None:
    page = open_page()
    page.emulate_media(media="print", color_scheme="light")
    page.goto("/")
    colours = page.locator(".site-header__title").evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(document.body).color]"
    )
    assert colours[0] == colours[1]
