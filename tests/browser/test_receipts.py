"""A commenter's private page: editing, withdrawing and restoring, in two tabs and without a script."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.axe import violations
from tests.support.browser_faults import Faults
from tests.support.browsers import comment_ids, open_article, send_comment, write_comment
from tests.support.screens import PHONE
from tests.support.servers import Served


def receipt(page: Page, blog: Served, body: str) -> str:
    """Send a comment; return the address of its receipt, which ``page`` then shows."""
    page.goto(open_article(blog))
    write_comment(page, body)
    send_comment(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment")
    page.wait_for_load_state()  # the script that deletes the draft has run
    return page.url


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}, {"viewport": PHONE}], ids=str)
def test_a_comment_is_edited_withdrawn_and_restored(
    open_page: OpenPage, blog: Served, options: dict[str, object]
) -> None:
    page = open_page(**options)
    address = receipt(page, blog, f"First {options}.")
    assert "#" not in address
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Comment", exact=True).fill("Second *try*.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview em")).to_have_text("try")
    page.get_by_role("button", name="Save the comment").click()
    expect(page).to_have_url(address)
    expect(page.locator(".comment__body")).to_have_text("Second try.")

    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status").first).to_contain_text("You have withdrawn it.")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("status").first).to_contain_text("waiting for a moderator")
    assert page.context.cookies() == []


def test_an_edit_in_two_tabs_loses_neither_text(open_page: OpenPage, blog: Served, faults: Faults) -> None:
    faults.allow("status of 409")
    first = open_page()
    address = receipt(first, blog, "Before the tabs.")
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"{address}/edit")
        page.get_by_label("Comment", exact=True).fill(f"From tab {'one' if page is first else 'two'}.")
    first.get_by_role("button", name="Save the comment").click()
    expect(first).to_have_url(address)
    second.get_by_role("button", name="Save the comment").click()
    expect(second.locator("#form-errors")).to_be_focused()
    expect(second.locator("#form-errors")).to_contain_text("elsewhere meanwhile")
    expect(second.locator(".preview .comment__body").first).to_have_text("From tab one.")
    expect(second.get_by_label("Comment", exact=True)).to_have_value("From tab two.")
    found = violations(second)
    assert not found, "\n".join(found)
    second.get_by_role("button", name="Save the comment").click()
    expect(second.locator(".comment__body")).to_have_text("From tab two.")
    assert len(comment_ids(blog, "From tab two.")) == 1


def test_the_text_of_an_edit_is_not_saved_as_a_draft(page: Page, blog: Served) -> None:
    address = receipt(page, blog, "No draft of this.")
    page.goto(f"{address}/edit")
    page.get_by_label("Comment", exact=True).press_sequentially(" Added.")
    page.goto(open_article(blog))
    expect(page.get_by_label("Comment", exact=True)).to_have_value("")
