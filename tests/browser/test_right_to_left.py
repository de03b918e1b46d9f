"""In a right-to-left language, lines start at the right."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.support.page_kinds import RICH_ARTICLE
from tests.support.pseudo_language import RIGHT_TO_LEFT, write_right_to_left_theme
from tests.support.screens import DESK, PHONE
from tests.support.servers import Served, served

LINE = """(element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect();
}"""


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp(RIGHT_TO_LEFT)
    theme = write_right_to_left_theme(folder / "theme")
    with served(folder, BLOG_LANGUAGE=RIGHT_TO_LEFT, BLOG_THEME=str(theme)) as blog:
        yield blog


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page(viewport=request.param)


def test_lines_start_at_the_right(page: Page) -> None:
    page.goto(RICH_ARTICLE)
    width = page.evaluate("innerWidth")
    for selector in (".site-header__title", ".comments__title", ".comment-form__title"):
        line, frame = page.locator(selector).evaluate(LINE), page.locator(selector).bounding_box()
        assert frame is not None
        assert abs(line["right"] - (frame["x"] + frame["width"])) < 2, f"{selector} of {width} px"
    title = page.locator(".article__title")
    assert title.evaluate("(element) => getComputedStyle(element).direction") == "ltr", "the article is in English"
