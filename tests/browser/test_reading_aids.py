"""The features that scripts add to an article: copying links and code, footnotes; and the article without them."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

ARTICLE = "/articles/everything-markdown-can-do-here"
CLIPBOARD = ["clipboard-read", "clipboard-write"]
COPIED = "navigator.clipboard.readText()"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    page = open_page()
    page.context.grant_permissions(CLIPBOARD)
    page.goto(ARTICLE)
    return page


def test_a_heading_s_address_can_be_copied_and_opened(page: Page) -> None:
    heading = page.get_by_role("heading", name="Quotations", exact=True)
    page.get_by_role("button", name="Copy the link: Quotations").click()
    expect(page.locator(".toast")).to_have_text("Copied.")
    address = page.evaluate(COPIED)
    assert address.endswith(f"{ARTICLE}#quotations")
    page.goto(address)
    expect(heading).to_be_in_viewport()


def test_every_heading_with_an_address_has_its_button_and_keeps_its_name(page: Page) -> None:
    headings = page.locator(".article .prose > :is(h2, h3, h4)[id]")
    expect(page.locator(".heading-link")).to_have_count(headings.count())
    assert headings.count() > 5
    for heading in headings.all():
        expect(heading).to_have_accessible_name(heading.inner_text())


def test_a_block_of_code_is_copied_as_it_stands(page: Page) -> None:
    code = page.locator(".article pre").first
    page.get_by_role("button", name="Copy", exact=True).first.click()
    expect(page.locator(".toast")).to_have_text("Copied.")
    assert page.evaluate(COPIED) == code.text_content()


def test_a_second_copy_is_reported_as_long_as_the_first(open_page: OpenPage) -> None:
    page = open_page(permissions=CLIPBOARD)
    page.clock.install()
    page.goto(ARTICLE)
    buttons, toast = page.get_by_role("button", name="Copy", exact=True), page.locator(".toast")
    buttons.nth(0).click()
    expect(toast).to_have_text("Copied.")
    page.clock.run_for(3000)
    buttons.nth(1).click()
    page.clock.run_for(2000)
    expect(toast).to_have_text("Copied.")
    page.clock.run_for(3000)
    expect(toast).to_be_empty()


def test_the_buttons_appear_with_the_pointer_and_with_the_focus(page: Page) -> None:
    button = page.locator(".heading-link").first
    expect(button).to_have_css("opacity", "0")
    page.locator(".article .prose > :is(h2, h3)[id]").first.hover()
    expect(button).to_have_css("opacity", "1")
    copy = page.locator(".code__copy").first
    expect(copy).to_have_css("opacity", "0")
    copy.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(copy).to_be_focused()
    expect(copy).to_have_css("opacity", "1")


def test_a_failed_copy_is_not_reported_as_copied(open_page: OpenPage) -> None:
    page = open_page()
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new DOMException())")
    page.goto(ARTICLE)
    page.get_by_role("button", name="Copy", exact=True).first.click()
    expect(page.locator(".toast")).to_have_text("It could not be copied.")


def test_a_browser_without_a_clipboard_gets_no_buttons(open_page: OpenPage) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(ARTICLE)
    expect(page.locator(".footnote-mark").first).to_be_visible()
    expect(page.locator(".heading-link, .code__copy")).to_have_count(0)


def test_a_footnote_opens_and_closes_beside_its_mark(page: Page) -> None:
    mark, note = page.get_by_role("button", name="Footnote [1]"), page.locator(".footnote").first
    expect(note).to_be_hidden()
    mark.click()
    expect(note).to_have_text("Like this. The arrow leads back to where you were.")
    expect(note).to_be_in_viewport(ratio=1)
    mark.click()
    expect(note).to_be_hidden()
    mark.click()
    page.mouse.click(5, 5)
    expect(note).to_be_hidden()


def test_a_footnote_works_with_the_keyboard(page: Page) -> None:
    mark, note = page.get_by_role("button", name="Footnote [2]"), page.locator(".footnote").nth(1)
    mark.focus()
    page.keyboard.press("Enter")
    expect(note).to_be_visible()
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(mark).to_be_focused()


def test_the_list_of_footnotes_stays_and_links_back_to_the_mark(page: Page) -> None:
    expect(page.locator(".footnote-item")).to_have_count(2)
    page.locator(".footnote-backref").first.click()
    expect(page.get_by_role("button", name="Footnote [1]")).to_be_in_viewport()
    ids = page.locator("[id]").evaluate_all("elements => elements.map(element => element.id)")
    assert len(ids) == len(set(ids))


def test_the_buttons_shift_no_content(open_page: OpenPage) -> None:
    heights = []
    for is_script_run in (True, False):
        page = open_page(java_script_enabled=is_script_run)
        page.goto(ARTICLE)
        expect(page.locator(".footnote-mark")).to_have_count(2 if is_script_run else 0)
        box = page.locator(".article .prose").bounding_box()
        assert box is not None
        heights.append(box["height"])
    assert heights[0] == pytest.approx(heights[1], abs=1)


def test_without_a_script_every_link_works(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False, reduced_motion="reduce")
    page.goto(ARTICLE)
    expect(page.locator(".article .prose button")).to_have_count(0)
    expect(page.locator(".toast")).to_be_empty()
    page.locator(".footnote-ref a").first.click()
    expect(page.locator(".footnote-item").first).to_be_in_viewport()
    page.goto(f"{ARTICLE}#quotations")
    expect(page.get_by_role("heading", name="Quotations")).to_be_in_viewport()
