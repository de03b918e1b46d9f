"""Two moderators in two browsers get different comments, and see each other's decisions within a second."""

import time

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from blog.comments.models import Status
from blog.content.models import Article
from blog.extensions import db
from blog.moderation.decisions import decide
from blog.moderation.models import Moderator
from blog.moderation.queue import PAGE_SIZE
from tests.browser.conftest import OpenPage
from tests.support.browser_faults import Faults
from tests.support.browsers import add_moderator, card, sign_in
from tests.support.factories import make_comment
from tests.support.servers import Served

SEEN_WITHIN = 1.0
MANY = 12
"""More cards than the number below which a page loads more."""


@pytest.fixture(scope="module", autouse=True)
def comments(blog: Served) -> None:
    for name in ("Cleo", "Dan"):
        add_moderator(blog, name)
    with blog.rows():
        article = db.session.scalars(Article.published().limit(1)).one()
        for number in range(30):
            make_comment(article, f"Comment {number:02}.")


def signed_in(open_page: OpenPage, blog: Served, name: str) -> Page:
    page = open_page()
    with page.expect_response("**/moderation/claims"):
        sign_in(page, blog, name)
    return page


def test_each_gets_other_comments_and_sees_the_others_decisions(open_page: OpenPage, blog: Served) -> None:
    cleo = signed_in(open_page, blog, "Cleo")
    dan = signed_in(open_page, blog, "Dan")
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


def test_a_hidden_page_asks_for_nothing(open_page: OpenPage, blog: Served) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
    sign_in(page, blog, "Cleo")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_000)
    assert [url for url in asked if "changes" in url] == []


def test_more_comments_come_although_many_cards_came_back(open_page: OpenPage, blog: Served, faults: Faults) -> None:
    faults.allow("status of 409")
    with blog.rows():
        article = db.session.scalars(Article.published().offset(1).limit(1)).one()
        dan = db.session.scalars(select(Moderator).filter_by(name="Dan")).one()
        comments = [make_comment(article, f"Answer {number:02}.") for number in range(PAGE_SIZE + 1)]
        page = open_page()
        page.route("**/moderation/changes*", lambda route: route.fulfill(status=204))
        sign_in(page, blog, "Cleo")
        page.goto(f"/moderation/?status=pending&article={article.id}")
        expect(card(page, "Answer 00.")).to_be_focused()
        for comment in comments[:MANY]:
            decide(comment.id, to=Status.SPAM, revision=comment.revision, version=comment.version, moderator=dan)

    for _ in range(MANY):
        page.keyboard.press("r")
    expect(page.locator(".card__notice--error")).to_have_count(MANY)
    for _ in range(PAGE_SIZE - MANY):
        page.keyboard.press("r")
    expect(card(page, f"Answer {PAGE_SIZE}.")).to_be_visible()
