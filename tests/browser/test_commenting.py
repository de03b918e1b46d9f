"""Commenting in the browser: the form, its errors, the receipt."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser_faults import Faults
from tests.support.browsers import comment_ids, open_article, send_comment, write_comment
from tests.support.servers import Served


@pytest.fixture
def article(blog: Served, page: Page) -> str:
    """The address of the article that ``page`` shows."""
    address = open_article(blog)
    page.goto(address)
    return address


def test_a_new_comment_is_shown_only_on_its_receipt(page: Page, article: str) -> None:
    write_comment(page, "I let it stand for *five* minutes.")
    send_comment(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment")
    expect(page.get_by_role("status")).to_contain_text("waiting for a moderator")
    expect(page.locator(".comment__body")).to_have_text("I let it stand for five minutes.")
    expect(page.locator(".comment__body em")).to_have_text("five")

    page.get_by_role("link", name="Back to").click()
    expect(page).to_have_url(article)
    expect(page.locator("#comments")).not_to_contain_text("five")
    assert page.context.cookies() == []


def test_a_receipt_can_be_read_again(page: Page, article: str) -> None:
    write_comment(page, "I keep the address.")
    send_comment(page)
    expect(page.get_by_role("status")).to_be_visible()
    page.reload()
    expect(page.locator(".comment__body")).to_have_text("I keep the address.")


def test_an_error_is_shown_beside_the_field_and_the_text_is_kept(page: Page, article: str, faults: Faults) -> None:
    faults.allow("status of 422")
    write_comment(page, "A text that took me long to write.\n\nIt has two parts.", name="", email="bea@")
    send_comment(page)

    expect(page.locator("#form-errors")).to_be_visible()
    for label, mistake in (("Name", "Please give a name"), ("E-mail", "an e-mail address such as")):
        field = page.get_by_label(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        described_by = str(field.get_attribute("aria-describedby")).split()
        expect(page.locator(f"#{described_by[-1]}")).to_contain_text(mistake)
    expect(page.get_by_label("E-mail")).to_have_value("bea@")
    body = page.get_by_label("Comment", exact=True)
    expect(body).to_have_value("A text that took me long to write.\n\nIt has two parts.")

    page.get_by_label("Name").fill("Bea Brown")
    page.get_by_label("E-mail").fill("bea@example.org")
    send_comment(page)
    expect(page.locator(".comment__body p")).to_have_text(["A text that took me long to write.", "It has two parts."])


def test_a_link_that_may_not_be_published_is_named(page: Page, article: str, faults: Faults) -> None:
    faults.allow("status of 422")
    write_comment(page, "Look at [this](javascript:alert) please.")
    send_comment(page)
    expect(page.locator(".field__error")).to_contain_text("javascript:alert")


def test_a_double_click_makes_one_comment(page: Page, blog: Served, article: str) -> None:
    write_comment(page, "I am in a hurry.")
    page.get_by_role("button", name="Send the comment").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment")
    assert len(comment_ids(blog, "I am in a hurry.")) == 1


def test_the_form_is_filled_in_and_sent_by_keyboard(page: Page, blog: Served, article: str) -> None:
    page.get_by_label("Name").focus()
    for text in ("Bea Brown", "bea@example.org", "", "I never touch a mouse."):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    for _ in ("the help", "the checkbox"):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send the comment")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment")
    assert len(comment_ids(blog, "I never touch a mouse.")) == 1
