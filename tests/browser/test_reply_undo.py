"""One undo takes back an approval and the reply that was published with it, with and without script."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.support.browsers import add_moderator, card, open_article, sign_in, submitted
from tests.support.servers import Served


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_approve_and_reply_is_undone_in_one_step(open_page: OpenPage, blog: Served, *, has_script: bool) -> None:
    address, name, body = open_article(blog), f"Cleo {has_script}", f"Please answer: {has_script}."
    submitted(blog, address, body)
    add_moderator(blog, name)
    page = open_page(java_script_enabled=has_script)
    sign_in(page, blog, name)
    held = card(page, body)
    held.locator("summary", has_text="More").click()
    held.get_by_label("Reply, published in your name").fill(f"An answer: {has_script}.")
    held.get_by_role("button", name="Approve and reply").click()
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.get_by_text("its text is in the queue, too").first).to_be_visible()
    expect(card(page, body)).to_be_visible()
    page.goto("/moderation/")
    expect(card(page, f"An answer: {has_script}.")).to_be_visible()
    page.goto(f"{address}#comments")
    expect(page.get_by_text(f"An answer: {has_script}.")).to_have_count(0)
