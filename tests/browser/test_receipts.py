"""A commenter's private page: editing, withdrawing and restoring, in two tabs and without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.conftest import SWITCHES, WAIT_MS, OpenPage, launched
from tests.support.axe import violations
from tests.support.browser_faults import Faults
from tests.support.browsers import comment_ids, open_article, send_comment, write_comment
from tests.support.screens import PHONE
from tests.support.servers import Served

PLAIN_HOST = "blog.test"
"""The name of a host that is not this machine, so that browsers do not trust its pages over HTTP."""


@pytest.fixture
def plain_page(playwright: Playwright, blog: Served) -> Iterator[Page]:
    """A page of the blog at an address for which browsers send no ``Sec-Fetch-Site``: over HTTP, and not localhost."""
    origin = f"http://{PLAIN_HOST}:{blog.port}"
    faults = Faults(origin)
    with launched(playwright, *SWITCHES, f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1") as chromium:
        context = chromium.new_context(base_url=origin)
        context.set_default_timeout(WAIT_MS)
        faults.allow("status of 422")  # an empty comment
        faults.allow("Cross-Origin-Opener-Policy header has been ignored")
        faults.watch(context)
        yield context.new_page()
    assert not faults.left(), "\n".join(faults.left())


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


def test_over_plain_http_the_forms_of_private_pages_are_accepted(plain_page: Page, blog: Served) -> None:
    page = plain_page
    page.goto(open_article(blog))
    assert not page.evaluate("isSecureContext")
    write_comment(page, "")
    send_comment(page)
    expect(page.locator("#form-errors")).to_be_visible()
    write_comment(page, "Over plain HTTP.")
    send_comment(page)
    expect(page.get_by_role("link", name="Edit")).to_be_visible()
    address = page.url

    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Comment", exact=True).fill("Edited over plain HTTP.")
    page.get_by_role("button", name="Save the comment").click()
    expect(page).to_have_url(address)
    expect(page.locator(".comment__body")).to_have_text("Edited over plain HTTP.")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status").first).to_contain_text("You have withdrawn it.")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("status").first).to_contain_text("waiting for a moderator")
