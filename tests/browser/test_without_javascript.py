"""The main tasks in a browser without scripts."""

from playwright.sync_api import Page, expect

from blog.content.models import Article
from blog.extensions import db
from tests.browser.conftest import OpenPage
from tests.support.browser_faults import Faults
from tests.support.browsers import (
    add_moderator,
    article_addresses,
    card,
    send_comment,
    sign_in_with_form,
    write_comment,
)
from tests.support.factories import make_comment
from tests.support.servers import Served


def test_everything_from_the_index_to_an_undo_works_without_script(
    open_page: OpenPage, blog: Served, faults: Faults
) -> None:
    faults.allow("status of 422")
    add_moderator(blog, "Cleo")
    reader = open_page(java_script_enabled=False)
    reader.goto("/")
    reader.locator(".summary__title a").first.click()
    article = reader.url.removeprefix(blog.url)
    assert article in article_addresses(blog)

    write_comment(reader, "It works without a script.", email="")
    send_comment(reader)
    expect(reader.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    reader.get_by_label("E-mail").fill("bea@example.org")
    send_comment(reader)
    expect(reader.get_by_role("status")).to_contain_text("waiting for a moderator")
    receipt = reader.url

    moderator = open_page(java_script_enabled=False)
    sign_in_with_form(moderator, "Cleo")
    search_comments(moderator, "nothing like it")
    expect(card(moderator, "without a script")).to_have_count(0)
    moderator.get_by_role("main").get_by_role("link", name="Clear the search").first.click()
    search_comments(moderator, "script bea@example.org")
    card(moderator, "without a script").get_by_role("button", name="Approve").click()
    expect(moderator.get_by_role("status")).to_contain_text("Cleo approved")

    reader.goto(article)
    expect(reader.locator(".comment__body")).to_have_text("It works without a script.")
    reader.goto(receipt)
    expect(reader.get_by_role("status")).to_contain_text("It is published.")

    moderator.get_by_role("button", name="Undo").click()
    expect(card(moderator, "without a script")).to_be_visible()
    reader.goto(article)
    expect(reader.locator(".comment__body")).to_have_count(0)
    card(moderator, "without a script").get_by_role("button", name="Reject").click()  # Nothing waits for the next test.
    expect(moderator.get_by_role("status")).to_contain_text("Cleo rejected")


def search_comments(moderator: Page, words: str) -> None:
    moderator.get_by_role("searchbox", name="Search these comments").fill(words)
    moderator.get_by_role("search").get_by_role("button", name="Search").click()


def test_many_comments_are_decided_and_undone_without_script(open_page: OpenPage, blog: Served) -> None:
    add_moderator(blog, "Dora")
    with blog.rows():
        article = db.session.scalars(Article.published().limit(1)).one()
        for number in range(3):
            make_comment(article, f"Plain {number}.")
    page = open_page(java_script_enabled=False)
    sign_in_with_form(page, "Dora")
    bar = page.get_by_role("form", name="The chosen comments")
    expect(bar).to_be_hidden()
    for number in (0, 2):
        card(page, f"Plain {number}.").get_by_role("checkbox").first.check()
    bar.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("status")).to_contain_text("Dora rejected 2 comments at once.")
    expect(card(page, "Plain 0.")).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(card(page, "Plain 0.")).to_be_visible()

    page.get_by_role("button", name="Decide on all comments of this view").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 comments.")
    page.get_by_role("button", name="Spam").click()
    expect(page.get_by_text("Dora marked 3 comments as spam at once.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(card(page, "Plain 1.")).to_be_visible()
