"""A site in a right-to-left language with longer words than English has the same layout quality."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, OpenPage
from tests.support.axe import violations
from tests.support.browser_faults import Faults
from tests.support.clients import PASSWORD
from tests.support.page_kinds import MODERATOR, RICH_ARTICLE, PageKind, furnish
from tests.support.pseudo_language import write_theme
from tests.support.servers import Served, served

DESK = {"width": 1280, "height": 800}
LANGUAGE = "ar"
FILLER = "אבג דהוז "
"""Right-to-left letters between left-to-right ones."""
LINE = """(element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect();
}"""
WIDER = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
BEYOND = """() => [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && (box.left < -1 || box.right > innerWidth + 1)
        && !element.closest("pre, .table-scroll, .site-header--moderation, .queue-head .filters, .field--decoy")
        && !element.closest(".visually-hidden, .skip-link, [hidden]");
}).map((element) => `${element.tagName.toLowerCase()}.${element.className}`)"""


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp(LANGUAGE)
    theme = write_theme(folder / "theme", LANGUAGE, FILLER)
    with served(folder, BLOG_LANGUAGE=LANGUAGE, BLOG_THEME=str(theme), BLOG_COMMENT_RATE="1000 per minute") as blog:
        yield blog


@pytest.fixture(scope="module")
def kinds(blog: Served) -> list[PageKind]:
    return furnish(blog)


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page(viewport=request.param)


def sign_in(page: Page) -> None:
    page.goto("/moderation/")
    page.locator("#name").fill(MODERATOR)
    page.locator("#password").fill(PASSWORD)
    page.locator(".login__form button").click()
    page.wait_for_url("**/moderation/")


def test_nothing_is_wider_than_the_window_and_axe_finds_nothing(
    page: Page, kinds: list[PageKind], faults: Faults
) -> None:
    faults.allow("status of 4(04|10)")
    sign_in(page)
    found = []
    for kind in kinds:
        page.goto(kind.address)
        assert "⟦" in page.inner_text("body"), kind.address
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        if page.evaluate(WIDER) > 0:
            found.append(f"{kind.address} is too wide")
        found += [f"{kind.address}: {element} sticks out" for element in page.evaluate(BEYOND)]
        found += violations(page)
    assert not found, "\n".join(found)


def test_lines_start_at_the_right(page: Page, blog: Served) -> None:
    page.goto(RICH_ARTICLE)
    width = page.evaluate("innerWidth")
    for selector in (".site-header__title", ".comments__title", ".comment-form__title"):
        line, frame = page.locator(selector).evaluate(LINE), page.locator(selector).bounding_box()
        assert frame is not None
        assert abs(line["right"] - (frame["x"] + frame["width"])) < 2, f"{selector} of {width} px"
    title = page.locator(".article__title")
    assert title.evaluate("(element) => getComputedStyle(element).direction") == "ltr", "the article is in English"
