"""The shipped theme is clearly different from the built-in one."""

from collections.abc import Iterator

import pytest

from blog.theming.theme import shipped
from tests.browser.conftest import OpenPage
from tests.support.screens import DESK
from tests.support.servers import Served, served


@pytest.fixture(scope="module", params=shipped())
def blog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp(request.param)
    with served(folder, BLOG_THEME=request.param) as blog:
        yield blog


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
