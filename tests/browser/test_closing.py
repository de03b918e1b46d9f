"""A moderator closes a thread, with and without script; readers see it, and an old page loses no text."""

import pytest
from playwright.sync_api import expect

from blog.comments.models import Status
from blog.content.models import Article
from blog.extensions import db
from tests.browser.conftest import OpenPage
from tests.support.browser_faults import Faults
from tests.support.browsers import add_moderator, card, open_article, send_comment, sign_in, write_comment
from tests.support.factories import make_comment
from tests.support.servers import Served


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_thread_is_closed_and_opened_again(
    open_page: OpenPage, blog: Served, faults: Faults, *, has_script: bool
) -> None:
    faults.allow("status of 409")
    address, name = open_article(blog), f"Cleo {has_script}"
    with blog.rows():
        article = db.session.scalars(Article.published().where(Article.slug == address.rsplit("/", 1)[-1])).one()
        root = make_comment(article, f"To be closed: {has_script}.", status=Status.APPROVED).id
    add_moderator(blog, name)
    late = open_page(java_script_enabled=False)
    late.goto(f"{address}/comments/{root}/reply")

    moderator = open_page(java_script_enabled=has_script)
    sign_in(moderator, blog, name)
    moderator.goto(f"/moderation/comments/{root}")
    moderator.get_by_text("Details").click()
    moderator.get_by_role("button", name="Close this thread to replies").click()
    expect(moderator.locator(".message")).to_have_text("The thread is closed to replies.")

    reader = open_page(java_script_enabled=has_script)
    reader.goto(f"{address}?comments_from={root}")
    thread = reader.locator(".thread__item").filter(has=reader.locator(f"#comment-{root}"))
    expect(thread).to_contain_text("This thread is closed.")
    expect(thread.get_by_role("link", name="Reply")).to_have_count(0)

    write_comment(late, "Written before.")
    send_comment(late)
    expect(late.locator("body")).to_contain_text("The thread that you replied to is closed")
    expect(late.get_by_label("Comment", exact=True)).to_have_value("Written before.")

    card(moderator, f"To be closed: {has_script}").get_by_text("Details").click()
    moderator.get_by_role("button", name="Open this thread to replies").click()
    expect(moderator.locator(".message")).to_have_text("The thread takes replies again.")
    reader.reload()
    expect(thread.get_by_role("link", name="Reply")).to_have_count(1)
