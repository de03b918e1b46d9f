"""Moderating in the browser: sign in, decide with one key, undo; and two moderators at once."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from blog.comments.models import Comment, Status
from blog.database import write_transaction
from blog.extensions import db
from tests.browser.conftest import OpenPage
from tests.support.browser_faults import Faults
from tests.support.browsers import add_moderator, card, open_article, sign_in, sign_in_with_form, submitted
from tests.support.clients import PASSWORD
from tests.support.screens import PHONE, WIDER
from tests.support.servers import Served


@pytest.fixture(scope="module", autouse=True)
def moderators(blog: Served) -> None:
    for name in ("Cleo", "Dan"):
        add_moderator(blog, name)


@pytest.fixture(autouse=True)
def empty_queue(blog: Served) -> None:
    """Reject what other tests have left in the queue."""
    with blog.rows(), write_transaction(db.session()) as session:
        session.execute(update(Comment).where(Comment.status == Status.PENDING).values(status=Status.REJECTED))


@pytest.fixture(scope="module")
def article(blog: Served) -> str:
    return open_article(blog)


def test_one_key_publishes_a_comment_and_another_undoes_it(
    page: Page, open_page: OpenPage, blog: Served, article: str
) -> None:
    submitted(blog, article, "Five minutes, no more.")
    reader = open_page()
    sign_in_with_form(page, "Cleo")
    expect(card(page, "Five minutes")).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("Cleo approved the comment by Bea Brown.")
    expect(card(page, "Five minutes")).to_have_count(0)
    reader.goto(article)
    expect(reader.locator(".comment__body", has_text="Five minutes, no more.")).to_be_visible()

    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("pending again")
    expect(card(page, "Five minutes")).to_be_visible()
    reader.reload()
    expect(reader.locator("#comments")).not_to_contain_text("Five minutes, no more.")

    card(page, "Five minutes").focus()
    page.keyboard.press("r")
    expect(card(page, "Five minutes")).to_have_count(0)


def test_keys_move_through_the_queue_and_decide_on_the_focused_comment(page: Page, blog: Served, article: str) -> None:
    for body in ("The first of three.", "The second of three.", "The third of three."):
        submitted(blog, article, body)
    sign_in(page, blog, "Cleo")
    page.keyboard.press("j")
    expect(card(page, "The second")).to_be_focused()
    page.keyboard.press("s")
    expect(page.get_by_role("status")).to_contain_text("as spam")
    expect(card(page, "The third")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("r")
    expect(card(page, "The first")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.get_by_text("All of these are decided.")).to_be_visible()

    page.get_by_role("link", name="spam").click()
    expect(card(page, "The second")).to_be_visible()
    page.get_by_role("link", name="rejected").click()
    expect(card(page, "The first")).to_be_visible()
    expect(card(page, "The third")).to_be_visible()


def test_letters_typed_into_a_reason_decide_nothing(page: Page, blog: Served, article: str) -> None:
    submitted(blog, article, "What about sugar?")
    sign_in(page, blog, "Cleo")
    mine = card(page, "sugar")
    mine.locator(".card__more").click()
    mine.get_by_label("Reason, for the log").press_sequentially("a rash answer")
    page.keyboard.press("Enter")
    expect(mine.get_by_label("Reason, for the log")).to_have_value("a rash answer")
    mine.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("status")).to_contain_text("Cleo rejected")
    page.get_by_role("link", name="Log", exact=True).click()
    expect(page.locator(".log__entry").first).to_contain_text("a rash answer")
    expect(page.locator(".log__entry").first).to_contain_text("pending → rejected")


def test_the_text_as_it_was_typed_is_shown_on_demand(page: Page, blog: Served, article: str) -> None:
    submitted(blog, article, "A *stressed* word.")
    sign_in(page, blog, "Cleo")
    mine = card(page, "A stressed word.")
    expect(mine.locator(".card__body em")).to_have_text("stressed")
    expect(mine.locator("pre")).to_be_hidden()
    mine.get_by_text("Details").click()
    expect(mine.locator("pre")).to_have_text("A *stressed* word.")
    mine.get_by_role("button", name="Reject").click()


PRESS_U_TWICE = """() => {
    for (let count = 0; count < 2; count += 1) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "u", bubbles: true }));
    }
}"""


def test_the_undo_key_on_a_comments_page_undoes_only_what_was_decided_there(
    page: Page, blog: Served, article: str
) -> None:
    def press(key: str, report: str = "") -> None:
        expect(page.locator(".card").first).to_be_focused()  # the script has run
        page.keyboard.press(key)
        expect(page.locator(".message" if report else "main")).to_contain_text(report)

    for body in ("Decided in the queue.", "Decided on its page."):
        submitted(blog, article, body)
    sign_in(page, blog, "Cleo")
    card(page, "in the queue").get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("Cleo approved")
    card(page, "on its page").locator(".card__author").click()
    expect(page.get_by_role("heading", name="Comment by Bea Brown")).to_be_visible()
    press("x")  # nothing can be chosen here
    press("u")  # and nothing was decided here yet
    press("r", "Cleo rejected")
    page.evaluate(PRESS_U_TWICE)
    expect(page.locator(".message")).to_contain_text("pending again")
    press("s", "as spam")

    press("g")
    page.keyboard.press("p")
    expect(page).to_have_url("/moderation/?status=pending")
    expect(page.locator(".queue--live")).to_be_visible()
    page.keyboard.press("u")
    expect(card(page, "on its page")).to_be_visible()
    sign_in(page, blog, "Dan")
    page.keyboard.press("u")  # what Cleo has decided in this window
    page.wait_for_timeout(200)
    expect(card(page, "in the queue")).to_have_count(0)
    sign_in(page, blog, "Cleo")
    page.keyboard.press("u")
    expect(card(page, "in the queue")).to_be_visible()


def test_a_typed_reply_is_not_lost_with_another_button(page: Page, blog: Served, article: str, faults: Faults) -> None:
    faults.allow("status of 422")
    submitted(blog, article, "How long does a tin keep?")
    sign_in(page, blog, "Cleo")
    mine = card(page, "How long does a tin keep?")
    mine.locator(".card__more").click()
    mine.get_by_role("button", name="Approve and reply").click()
    expect(mine.locator(".card__notice")).to_have_text("Please write the reply.")
    expect(mine.get_by_label("Reply, published in your name")).to_be_visible()
    mine.get_by_label("Reason, for the log").fill("A good question.")
    mine.get_by_label("Show the reason to the commenter").check()
    mine.get_by_label("Reply, published in your name").fill("For a year.")
    mine.get_by_role("button", name="Approve", exact=True).click()
    expect(mine.locator(".card__notice")).to_contain_text("there is a reply, and this button does not send it")
    expect(mine.get_by_label("Reply, published in your name")).to_have_value("For a year.")
    expect(mine.get_by_label("Show the reason to the commenter")).to_be_checked()
    mine.get_by_role("button", name="Approve and reply").click()
    expect(page.get_by_role("status")).to_contain_text("Cleo approved")
    page.goto(f"{article}#comments")
    expect(page.get_by_text("For a year.")).to_be_visible()


def test_what_was_typed_is_shown_when_the_session_has_ended(
    page: Page, blog: Served, article: str, faults: Faults
) -> None:
    faults.allow("status of 401|ERR_FAILED")
    submitted(blog, article, "Is this still read?")
    sign_in(page, blog, "Cleo")
    mine = card(page, "Is this still read?")
    mine.locator(".card__more").click()
    mine.get_by_label("Reply, published in your name").fill("Yes, every word.")
    mine.get_by_label("Reason, for the log").fill("A fair question.")
    page.context.clear_cookies()
    mine.get_by_role("button", name="Approve and reply").click()
    expect(page.get_by_label("What you typed")).to_have_value("Yes, every word.")
    page.get_by_label("Name").fill("Cleo")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(mine.get_by_label("Reason, for the log")).to_have_value("A fair question.")
    mine.get_by_role("button", name="Reject").click()
    expect(page.locator(".message")).to_contain_text("Cleo rejected")


def test_the_second_of_two_moderators_is_told_who_was_first(
    open_page: OpenPage, blog: Served, article: str, faults: Faults
) -> None:
    faults.allow("status of 409")
    submitted(blog, article, "Both of you read me.")
    first, second = open_page(), open_page()
    sign_in(first, blog, "Cleo")
    sign_in(second, blog, "Dan")
    card(second, "Both of you").locator(".card__more").click()
    card(second, "Both of you").get_by_label("Reason, for the log").fill("It says nothing of tea.")

    card(first, "Both of you").get_by_role("button", name="Approve").click()
    expect(first.get_by_role("status")).to_contain_text("Cleo approved")
    card(second, "Both of you").get_by_role("button", name="Reject").click()
    expect(second.get_by_role("status")).to_contain_text("Cleo approved the comment by Bea Brown.")
    expect(card(second, "Both of you").get_by_label("Reason, for the log")).to_have_value("It says nothing of tea.")

    card(second, "Both of you").get_by_role("button", name="Reject").click()
    expect(second.get_by_role("status")).to_contain_text("Dan rejected")


def test_a_session_is_for_moderators_pages_and_ends_at_sign_out(page: Page, article: str) -> None:
    sign_in_with_form(page, "Cleo")
    cookies = page.context.cookies()
    assert {(cookie["path"], cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies} == {("/", True, "Lax")}
    page.goto(article)
    assert page.evaluate("document.cookie") == ""
    page.goto("/moderation/")
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("status")).to_contain_text("signed out")
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()


def test_the_queue_fits_a_phone(open_page: OpenPage, blog: Served, article: str) -> None:
    submitted(blog, article, f"Look at https://example.org/{'tea' * 60} please.", name="B" * 80)
    page = open_page(viewport=PHONE, has_touch=True)
    sign_in(page, blog, "Cleo")
    expect(card(page, "please")).to_be_visible()
    assert page.evaluate(WIDER) <= 0
    card(page, "please").get_by_role("button", name="Spam").tap()
    expect(page.get_by_role("status")).to_contain_text("as spam")
