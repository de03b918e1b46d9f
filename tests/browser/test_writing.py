"""Features of the comment form: preview, errors, quotes, drafts, and remembering who asked for it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.axe import violations
from tests.support.browser_faults import Faults
from tests.support.browsers import comment_ids, open_article, send_comment, write_comment
from tests.support.screens import PHONE
from tests.support.servers import Served

STORED = "() => JSON.stringify({...localStorage})"


@pytest.fixture
def article(blog: Served, page: Page) -> str:
    """The address of the article that ``page`` shows."""
    address = open_article(blog)
    page.goto(address)
    return address


def body(page: Page) -> str:
    return page.get_by_label("Comment", exact=True).input_value()


def type_comment(page: Page, text: str) -> None:
    page.get_by_label("Comment", exact=True).press_sequentially(text)


def expect_receipt(page: Page) -> None:
    """Wait for the receipt and its scripts, which delete the draft."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment")
    page.wait_for_load_state()


def test_a_preview_without_script_keeps_the_form(open_page: OpenPage, blog: Served) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(open_article(blog))
    write_comment(page, "Seen *before* it is sent.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview em")).to_have_text("before")
    assert body(page) == "Seen *before* it is sent."
    assert comment_ids(blog, "Seen *before* it is sent.") == []
    send_comment(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment")
    assert len(comment_ids(blog, "Seen *before* it is sent.")) == 1


def test_a_preview_with_script_stays_on_the_page_and_follows_the_text(page: Page, blog: Served, article: str) -> None:
    write_comment(page, "One *word*.")
    expect(page.locator(".preview")).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview em")).to_have_text("word")
    expect(page).to_have_url(article)
    type_comment(page, " And **another**.")
    expect(page.locator(".preview strong")).to_have_text("another")
    page.get_by_label("Comment", exact=True).fill("Look at [this](javascript:alert).")
    expect(page.locator(".preview__problem")).to_contain_text("javascript:alert")
    expect(page.locator(".preview__comment")).to_be_empty()
    found = violations(page)
    assert not found, "\n".join(found)


def test_a_preview_comes_into_view_on_a_phone(open_page: OpenPage, blog: Served) -> None:
    page = open_page(viewport=PHONE)
    page.goto(open_article(blog))
    write_comment(page, "Is anything *there*?")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview em")).to_be_in_viewport()


def test_the_first_wrong_field_has_the_focus(page: Page, article: str, faults: Faults) -> None:
    faults.allow("status of 422")
    write_comment(page, "Hello.", email="bea@")
    send_comment(page)
    assert page.title().startswith("Error: ")
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.locator("#form-errors")).to_be_in_viewport()
    page.get_by_role("link", name="Please give an e-mail address").click()
    expect(page.get_by_label("E-mail")).to_be_focused()


def test_reloading_a_refused_comment_opens_the_form(page: Page, article: str, faults: Faults) -> None:
    faults.allow("status of 422")
    write_comment(page, "Hello.", email="bea@")
    send_comment(page)
    page.goto(page.url)
    expect(page).to_have_url(f"{article}#comment-form")


def test_a_draft_survives_until_it_is_sent(page: Page, article: str) -> None:
    type_comment(page, "I am not done ye")
    page.wait_for_function("() => localStorage.length > 0")
    page.reload()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("I am not done ye")
    expect(page.locator(".comment-form__draft")).to_contain_text("draft")

    page.goto("/")
    page.goto(article)
    write_comment(page, "I am done.")
    send_comment(page)
    expect_receipt(page)
    page.goto(article)
    assert body(page) == ""
    assert page.evaluate(STORED) == "{}"


def test_a_draft_can_be_discarded(page: Page, article: str) -> None:
    type_comment(page, "Oh no")
    page.wait_for_function("() => localStorage.length > 0")
    page.reload()
    page.get_by_role("button", name="Discard it").click()
    assert body(page) == ""
    page.reload()
    assert body(page) == ""


def test_neither_a_refusal_nor_a_receipt_nor_another_tab_takes_a_draft_away(
    page: Page, article: str, faults: Faults
) -> None:
    faults.allow("status of 422")
    page.get_by_label("Remember me").check()
    write_comment(page, "An earlier one.")
    send_comment(page)
    expect_receipt(page)
    page.goto(article)
    write_comment(page, "Refused.", email="bea@")
    send_comment(page)
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.get_by_role("navigation", name="Your comments on this page").get_by_role("link").click()
    expect_receipt(page)
    page.goto(article)
    assert body(page) == "Refused."

    newer = page.context.new_page()
    newer.goto(article)
    newer.get_by_label("Comment", exact=True).fill("Newer.")
    newer.close()
    page.goto(article)
    assert body(page) == "Newer."


def test_a_comment_that_was_sent_is_gone_when_its_page_comes_back(page: Page, article: str) -> None:
    """Browsers can keep the page of a form as it was. Here its events are sent by hand."""
    type_comment(page, "Sent once.")
    page.route("**/comments", lambda route: route.fulfill(status=204))
    send_comment(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    page.evaluate("localStorage.clear()")  # as the receipt does
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert body(page) == ""


def test_nothing_is_remembered_unless_it_is_asked_for(page: Page, article: str) -> None:
    write_comment(page, "I stay a stranger.")
    send_comment(page)
    expect_receipt(page)
    page.goto(article)
    assert page.get_by_label("Name").input_value() == ""
    expect(page.locator(".own-comments")).to_be_hidden()
    assert page.evaluate(STORED) == "{}"
    assert page.context.cookies() == []


def test_a_commenter_who_asks_is_remembered_with_a_link_to_the_receipt(page: Page, article: str) -> None:
    write_comment(page, "I come *here* often.")
    page.get_by_label("Remember me").check()
    send_comment(page)
    expect_receipt(page)
    receipt = page.url
    page.goto(article)
    assert page.get_by_label("Name").input_value() == "Bea Brown"
    assert page.get_by_label("E-mail").input_value() == "bea@example.org"
    assert page.context.cookies() == []
    found = violations(page)
    assert not found, "\n".join(found)
    page.get_by_role("navigation", name="Your comments on this page").get_by_role("link").click()
    expect(page).to_have_url(receipt)

    page.goto(article)
    page.get_by_label("Remember me").uncheck()
    assert page.evaluate(STORED) == "{}"
    expect(page.locator(".own-comments")).to_be_hidden()


def test_own_comments_are_shown_only_under_their_article(page: Page, blog: Served, article: str) -> None:
    write_comment(page, "Only under this article.")
    page.get_by_label("Remember me").check()
    send_comment(page)
    page.goto("/articles/welcome" if not article.endswith("/welcome") else "/articles/running-it")
    expect(page.locator(".own-comments")).to_be_hidden()


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}])
def test_a_selected_passage_is_quoted(open_page: OpenPage, blog: Served, options: dict[str, object]) -> None:
    page = open_page(**options)
    page.goto(open_article(blog))
    type_comment(page, "Before.")
    paragraph = page.locator(".article .prose p").first
    words = str(paragraph.text_content()).strip()
    paragraph.scroll_into_view_if_needed()
    paragraph.evaluate("p => getSelection().selectAllChildren(p)")
    button = page.get_by_role("button", name="Quote in a comment")
    expect(button).to_be_in_viewport()
    assert violations(page) == []
    button.click()
    assert body(page) == f"Before.\n\n> {' '.join(words.split())}\n\n"
    expect(page.get_by_label("Comment", exact=True)).to_be_focused()
    expect(button).to_be_hidden()


def test_a_passage_is_quoted_by_keyboard(page: Page, article: str) -> None:
    page.locator(".article .prose p").first.evaluate("p => getSelection().selectAllChildren(p)")
    button = page.get_by_role("button", name="Quote in a comment")
    expect(button).to_be_visible()
    button.focus()
    expect(button).to_be_visible()
    page.keyboard.press("Enter")
    assert body(page).startswith("> ")


def test_only_text_of_the_article_or_of_comments_is_quoted(page: Page, article: str) -> None:
    page.locator("h1").evaluate("h => getSelection().selectAllChildren(h)")
    page.wait_for_timeout(500)
    expect(page.get_by_role("button", name="Quote in a comment")).to_be_hidden()


def test_the_help_shows_what_works(open_page: OpenPage, blog: Served) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(open_article(blog))
    expect(page.locator(".help__table")).to_be_hidden()
    page.get_by_text("How to format your comment").click()
    expect(page.locator(".help__table")).to_contain_text("**strong**")


def test_without_script_no_button_that_needs_one_is_shown(open_page: OpenPage, blog: Served) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(open_article(blog))
    for selector in ("#remember", ".quote-button", ".own-comments", ".preview", ".comment-form__draft"):
        expect(page.locator(selector)).to_be_hidden()


def test_a_browser_that_stores_nothing_loses_nothing(open_page: OpenPage, blog: Served) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    page.goto(open_article(blog))
    write_comment(page, "Without any storage.")
    page.get_by_label("Remember me").check()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview__comment .prose p")).to_be_visible()
    send_comment(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment")
