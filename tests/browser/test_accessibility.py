"""axe-core finds no fault on any page, in light and dark mode, from left to right and from right to left."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.support.axe import violations
from tests.support.browser_faults import Faults
from tests.support.browsers import article_addresses, open_article, sign_in
from tests.support.page_kinds import MODERATOR, RICH_ARTICLE, PageKind, furnish, templates
from tests.support.servers import Served, served

NARROW = {"width": 390, "height": 800}


@pytest.fixture(scope="module", params=["en", "ar"])
def blog(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo articles; pages in the second language run from right to left."""
    folder = tmp_path_factory.mktemp(request.param)
    with served(folder, BLOG_LANGUAGE=request.param, BLOG_COMMENT_RATE="1000 per minute") as blog:
        yield blog


@pytest.fixture(scope="module")
def kinds(blog: Served) -> list[PageKind]:
    return furnish(blog)


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page(color_scheme=request.param)


def violations_of(page: Page, kinds: list[PageKind]) -> list[str]:
    found = []
    for kind in kinds:
        answer = page.goto(kind.address)
        assert answer is not None
        assert (answer.status, page.url.endswith(kind.address)) == (kind.status, True), page.url
        found += violations(page)
    return found


def test_there_is_a_page_for_every_template(kinds: list[PageKind]) -> None:
    assert {kind.template for kind in kinds} == templates()


def test_axe_finds_nothing_on_any_kind_of_page(page: Page, kinds: list[PageKind], faults: Faults) -> None:
    faults.allow("status of 4(04|10)")
    found = violations_of(page, [kind for kind in kinds if not kind.is_moderators])
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_any_page_for_moderators(page: Page, kinds: list[PageKind]) -> None:
    sign_in(page, MODERATOR)
    found = violations_of(page, [kind for kind in kinds if kind.is_moderators])
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_any_article(page: Page, blog: Served) -> None:
    found = []
    for address in article_addresses(blog):
        page.goto(address)
        found += violations(page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_a_phone(open_page: OpenPage, kinds: list[PageKind], faults: Faults) -> None:
    faults.allow("status of 4(04|10)")
    page = open_page(viewport=PHONE, has_touch=True)
    found = violations_of(page, [kind for kind in kinds if not kind.is_moderators])
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_a_form_with_errors(page: Page, blog: Served, faults: Faults) -> None:
    faults.allow("status of 422")
    page.goto(open_article(blog))
    page.locator("#comment-form .button").first.click()
    expect(page.locator("#form-errors")).to_be_visible()
    found = violations(page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_a_preview_without_script(open_page: OpenPage, blog: Served) -> None:
    """axe-core itself is a script, so only the preview's page is loaded without scripts of its own."""
    page = open_page()
    page.route("**/js/*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(open_article(blog))
    page.locator("#body").fill("A *word*.\n\n> a quote")
    page.locator("[formaction]").click()
    expect(page.locator("#preview-title")).to_be_visible()
    found = violations(page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_an_open_footnote_or_a_copy_message(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-write"])
    page.goto(RICH_ARTICLE)
    page.locator(".code__copy").first.click()
    expect(page.locator(".toast")).not_to_be_empty()
    page.locator(".footnote-mark").first.click()
    expect(page.locator(".footnote").first).to_be_visible()
    found = violations(page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_on_an_empty_sign_in(page: Page, faults: Faults) -> None:
    faults.allow("status of 4")
    page.goto("/moderation/login")
    page.locator(".login__form button").click()
    expect(page.locator("#password")).to_have_attribute("aria-invalid", "true")
    found = violations(page)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_after_a_decision_or_on_the_help_for_keys(page: Page, kinds: list[PageKind]) -> None:
    sign_in(page, MODERATOR)
    page.locator(".card").first.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("status")).to_be_visible()
    found = violations(page)
    page.locator(".keys__open").click()
    found += violations(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    assert not found, "\n".join(found)
