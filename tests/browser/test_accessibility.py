"""axe-core finds no fault on any page, and no page is wider than the window.

Every page is looked at in light, in dark and on a phone: in English, in a right-to-left language with longer words than
English, and in each shipped theme.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from blog.theming.theme import shipped
from tests.browser.conftest import OpenPage
from tests.support.axe import preload
from tests.support.browser_faults import Faults
from tests.support.browsers import article_addresses, open_article, sign_in
from tests.support.page_kinds import MODERATOR, RICH_ARTICLE, PageKind, furnish, templates
from tests.support.pseudo_language import RIGHT_TO_LEFT, write_right_to_left_theme
from tests.support.screens import DESK, faults_in_light_and_dark, faults_on_a_desk, faults_on_a_phone
from tests.support.servers import Served, served

PARTS = 3
"""How many tests share the pages, so that none takes long."""
DIRECTION_AND_TEXT = "[getComputedStyle(document.body).direction, document.body.innerText]"


@pytest.fixture(scope="module", params=["en", RIGHT_TO_LEFT, *shipped()])
def look(request: pytest.FixtureRequest) -> str:
    """A language of the built-in theme, or a theme."""
    return str(request.param)


@pytest.fixture(scope="module")
def blog(look: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp(look)
    with served(folder, BLOG_COMMENT_RATE="1000 per minute", **settings(look, folder)) as blog:
        yield blog


def settings(look: str, folder: Path) -> dict[str, str]:
    if look == RIGHT_TO_LEFT:
        return {"BLOG_LANGUAGE": look, "BLOG_THEME": str(write_right_to_left_theme(folder / "theme"))}
    return {"BLOG_THEME": look} if look in shipped() else {"BLOG_LANGUAGE": look}


@pytest.fixture(scope="module")
def kinds(blog: Served) -> list[PageKind]:
    return furnish(blog)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page(viewport=DESK)
    preload(page)
    return page


def faults_of(page: Page, kinds: list[PageKind], look: str) -> list[str]:
    found = []
    for kind in kinds:
        answer = page.goto(kind.address)
        assert answer is not None
        assert (answer.status, page.url.endswith(kind.address)) == (kind.status, True), page.url
        direction, text = page.evaluate(DIRECTION_AND_TEXT)
        assert direction == ("rtl" if look == RIGHT_TO_LEFT else "ltr"), page.url
        assert ("⟦" in text) == (look == RIGHT_TO_LEFT), page.url
        found += faults_on_a_desk(page) + faults_on_a_phone(page)
    return found


def test_there_is_a_page_for_every_template(kinds: list[PageKind]) -> None:
    assert {kind.template for kind in kinds} == templates()


@pytest.mark.still
@pytest.mark.parametrize("part", range(PARTS))
def test_no_kind_of_page_has_a_fault(page: Page, look: str, kinds: list[PageKind], part: int, faults: Faults) -> None:
    faults.allow("status of 4(04|10)")
    found = faults_of(page, [kind for kind in kinds if not kind.is_moderators][part::PARTS], look)
    assert not found, "\n".join(found)


@pytest.mark.still
@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_for_moderators_has_a_fault(
    page: Page, blog: Served, look: str, kinds: list[PageKind], part: int
) -> None:
    sign_in(page, blog, MODERATOR)
    found = faults_of(page, [kind for kind in kinds if kind.is_moderators][part::PARTS], look)
    assert not found, "\n".join(found)


@pytest.mark.still
@pytest.mark.parametrize("part", range(PARTS))
def test_no_article_has_a_fault(page: Page, blog: Served, part: int) -> None:
    found = []
    # The rich article is one of the kinds of pages.
    for address in [address for address in article_addresses(blog) if address != RICH_ARTICLE][part::PARTS]:
        page.goto(address)
        found += faults_on_a_desk(page)
    assert not found, "\n".join(found)


def test_a_form_with_errors_has_no_fault(page: Page, blog: Served, faults: Faults) -> None:
    faults.allow("status of 422")
    page.goto(open_article(blog))
    page.locator("#comment-form .button").first.click()
    expect(page.locator("#form-errors")).to_be_visible()
    found = faults_in_light_and_dark(page)
    assert not found, "\n".join(found)


def test_a_preview_without_script_has_no_fault(page: Page, blog: Served) -> None:
    """axe-core itself is a script, so only the preview's page is loaded without scripts of its own."""
    page.route("**/js/*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(open_article(blog))
    page.locator("#body").fill("A *word*.\n\n> a quote")
    page.locator("[formaction]").click()
    expect(page.locator("#preview-title")).to_be_visible()
    found = faults_in_light_and_dark(page)
    assert not found, "\n".join(found)


def test_an_open_footnote_or_a_copy_message_has_no_fault(page: Page) -> None:
    page.context.grant_permissions(["clipboard-write"])
    page.goto(RICH_ARTICLE)
    page.locator(".code__copy").first.click()
    expect(page.locator(".toast")).not_to_be_empty()
    page.locator(".footnote-mark").first.click()
    expect(page.locator(".footnote").first).to_be_visible()
    found = faults_in_light_and_dark(page)
    assert not found, "\n".join(found)


def test_an_empty_sign_in_has_no_fault(page: Page, faults: Faults) -> None:
    faults.allow("status of 4")
    page.goto("/moderation/login")
    page.locator(".login__form button").click()
    expect(page.locator("#password")).to_have_attribute("aria-invalid", "true")
    found = faults_in_light_and_dark(page)
    assert not found, "\n".join(found)


@pytest.mark.usefixtures("kinds")
def test_a_decided_card_or_the_help_for_keys_has_no_fault(page: Page, blog: Served) -> None:
    sign_in(page, blog, MODERATOR)
    page.locator(".card .button--rejected").first.click()
    expect(page.get_by_role("status")).to_be_visible()
    found = faults_in_light_and_dark(page)
    page.locator(".keys__open").click()
    found += faults_in_light_and_dark(page)
    page.keyboard.press("Escape")
    page.locator(".card--decided button").first.click()
    page.wait_for_load_state()
    assert not found, "\n".join(found)
