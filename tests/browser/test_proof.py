"""Proof of work in a browser: solved while the reader writes, and no barrier for readers without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from blog.comments.models import Comment, Status
from blog.extensions import db
from tests.browser.conftest import OpenPage
from tests.support import browsers
from tests.support.browser_faults import Faults
from tests.support.browsers import open_article, send_comment
from tests.support.held_answers import Held
from tests.support.servers import Served, served

CHALLENGE = "**/comments/challenge"


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A blog that shows comments at once, if they come with proof of work."""
    settings = {"BLOG_COMMENT_RATE": "1000 per minute", "BLOG_COMMENTS": "open", "BLOG_PROOF_OF_WORK": "on"}
    with served(tmp_path_factory.mktemp("blog"), **settings) as blog:
        yield blog


def write_comment(page: Page, body: str, *, email: str = "") -> None:
    """Fill in the form. Each text comes from another address, because many from one are held."""
    browsers.write_comment(page, body, email=email or f"{'-'.join(body.casefold().strip('.').split())}@example.org")


def sent(page: Page, blog: Served, body: str) -> tuple[str, set[str]]:
    """Send the form; return the status of the comment and the names of its signals, without the first comment's."""
    send_comment(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your comment")
    with blog.rows():
        comment = db.session.scalars(select(Comment).where(Comment.body == body)).one()
        return comment.status, {signal.name for signal in comment.signals} & {"no_proof", "quick"}


def test_nothing_is_fetched_before_the_reader_begins_to_write(page: Page, blog: Served) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(open_article(blog), wait_until="networkidle")
    assert not [url for url in fetched if "proof" in url or "challenge" in url]
    with page.expect_response(CHALLENGE):
        page.get_by_label("Name").focus()
    write_comment(page, "Once more.")
    assert len([url for url in fetched if url.endswith("/comments/challenge")]) == 1


def test_the_browser_solves_the_challenge_while_the_reader_writes(page: Page, blog: Served) -> None:
    page.goto(open_article(blog))
    write_comment(page, "Good tea.")
    expect(page.locator("input[name=proof]")).to_have_count(1)
    assert sent(page, blog, "Good tea.") == (Status.APPROVED, set())
    assert page.context.cookies() == []


def test_a_form_sent_before_the_solution_is_found_waits_for_it(page: Page, blog: Served) -> None:
    def answer_late(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page.route(CHALLENGE, answer_late)
    page.goto(open_article(blog))
    write_comment(page, "Sent in a hurry.")
    assert page.locator("input[name=proof]").count() == 0
    assert sent(page, blog, "Sent in a hurry.") == (Status.APPROVED, set())


def test_a_page_that_comes_back_while_it_solves_gets_one_proof(page: Page, blog: Served) -> None:
    page.goto(open_article(blog))
    first = Held(page, CHALLENGE)
    page.get_by_label("Name").focus()
    first.arrive()
    with page.expect_response(CHALLENGE):
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    first.release()
    page.wait_for_timeout(700)
    expect(page.locator("input[name=proof]")).to_have_count(1)
    write_comment(page, "Back again.")
    assert sent(page, blog, "Back again.") == (Status.APPROVED, set())


def test_a_comment_without_script_is_accepted_and_waits(open_page: OpenPage, blog: Served) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(open_article(blog))
    write_comment(page, "No script here.")
    assert sent(page, blog, "No script here.") == (Status.PENDING, {"no_proof"})


def test_a_comment_is_sent_without_proof_when_no_challenge_comes(page: Page, blog: Served, faults: Faults) -> None:
    faults.allow("status of 429")
    page.route(CHALLENGE, lambda route: route.fulfill(status=429, body="Too many."))
    page.goto(open_article(blog))
    write_comment(page, "No challenge came.")
    assert sent(page, blog, "No challenge came.") == (Status.PENDING, {"no_proof"})


def test_a_corrected_form_keeps_its_proof(page: Page, blog: Served, faults: Faults) -> None:
    faults.allow("status of 422")
    page.goto(open_article(blog))
    write_comment(page, "At the second try.", email="bea@")
    send_comment(page)
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.get_by_label("E-mail").fill("bea@example.org")
    assert sent(page, blog, "At the second try.") == (Status.APPROVED, set())


def test_a_second_comment_after_going_back_gets_a_proof_of_its_own(page: Page, blog: Served) -> None:
    page.goto(open_article(blog))
    write_comment(page, "The first of two.")
    assert sent(page, blog, "The first of two.")[0] == Status.APPROVED
    page.go_back()
    write_comment(page, "The second of two.")
    assert sent(page, blog, "The second of two.") == (Status.APPROVED, set())
