"""Two moderators in two browsers get different comments, and see each other's decisions within a second."""

import time

import pytest
from playwright.sync_api import Page, expect

from blog.content.models import Article
from blog.extensions import db
from tests.browser.conftest import OpenPage
from tests.support.browsers import add_moderator, card, sign_in
from tests.support.factories import make_comment
from tests.support.servers import Served

SEEN_WITHIN = 1.0


@pytest.fixture(scope="module", autouse=True)
def comments(blog: Served) -> None:
    for name in ("Cleo", "Dan"):
        add_moderator(blog, name)
    with blog.rows():
        article = db.session.scalars(Article.published().limit(1)).one()
        for number in range(30):
            make_comment(article, f"Comment {number:02}.")


def signed_in(open_page: OpenPage, name: str) -> Page:
    page = open_page()
    with page.expect_response("**/moderation/claims"):
        sign_in(page, name)
    return page


def test_each_gets_other_comments_and_sees_the_others_decisions(open_page: OpenPage) -> None:
    cleo = signed_in(open_page, "Cleo")
    dan = signed_in(open_page, "Dan")
    expect(card(cleo, "Comment 00.")).to_be_focused()
    expect(card(dan, "Comment 25.")).to_be_focused()
    expect(card(dan, "Comment 00.")).to_contain_text("On the screen of Cleo")

    before = card(dan, "Comment 25.").bounding_box()
    cleo.keyboard.press("s")
    expect(cleo.get_by_role("status")).to_contain_text("Cleo marked the comment")
    started = time.monotonic()
    expect(dan.locator(".card--decided")).to_contain_text("Cleo marked the comment by Bea Brown as spam.")
    assert time.monotonic() - started < 2 * SEEN_WITHIN
    expect(card(dan, "Comment 25.")).to_be_focused()
    assert card(dan, "Comment 25.").bounding_box() == before

    cleo.keyboard.press("u")
    expect(card(dan, "Comment 00.")).to_be_visible()


def test_a_hidden_page_asks_for_nothing(open_page: OpenPage) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
    sign_in(page, "Cleo")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_000)
    assert [url for url in asked if "changes" in url] == []
