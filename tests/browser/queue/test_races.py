"""Answers that come late: they move nobody, replace nothing that is newer, and lose nothing that was typed."""

import pytest
from playwright.sync_api import Locator, Page, expect

from blog.comments.models import Comment, Status
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.decisions import decide
from tests.browser.queue.conftest import DECISIONS, add_comments, decided, statuses, wait_for
from tests.support.browser_faults import Faults
from tests.support.browsers import card, sign_in
from tests.support.held_answers import Held
from tests.support.servers import Served

pytestmark = pytest.mark.still
CHANGES = "**/moderation/changes*"
REASON = "Reason, for the log"
REPLY = "Reply, published in your name"


def decide_elsewhere(blog: Served, number: str, to: Status = Status.SPAM) -> None:
    """Decide on a comment as on another device."""
    with blog.rows():
        comment = db.session.scalars(db.select(Comment).where(Comment.body == f"Comment {number}.")).one()
        decide(comment.id, to=to, revision=comment.revision, version=comment.version, moderator=accounts.named("Cleo"))


def search_field(queue: Page) -> Locator:
    return queue.get_by_role("searchbox", name="Search these comments")


def late_undo(queue: Page, blog: Served) -> Held:
    """Approve the first comment and undo that; the answer to the undo is on its way."""
    queue.keyboard.press("a")
    wait_for(queue, lambda: decided(blog) == 1)
    expect(card(queue, "Comment one.")).to_have_count(0)
    undo = Held(queue, DECISIONS)
    queue.keyboard.press("u")
    undo.arrive()
    return undo


def asks_to_stay(queue: Page) -> bool:
    return bool(queue.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))"))


def test_no_answer_takes_the_focus_from_a_field(queue: Page, blog: Served) -> None:
    undo = late_undo(queue, blog)
    queue.keyboard.type("/ja")
    undo.release()
    expect(card(queue, "Comment one.")).to_be_visible()
    queue.keyboard.type("m jar")
    decide_elsewhere(blog, "two")  # the card with the frame
    expect(queue.locator(".card--decided")).to_contain_text("Cleo marked the comment")
    queue.keyboard.type("s a")
    expect(search_field(queue)).to_have_value("jam jars a")
    assert list(statuses(blog).values()).count("pending") == 11
    assert decided(blog) == 3

    script = Held(queue, "**/moderation.*js*")
    queue.goto("/moderation/", wait_until="commit")
    script.arrive()
    search_field(queue).press_sequentially("sp")
    script.release()
    expect(queue.locator(".queue--live")).to_be_visible()
    queue.keyboard.type("ar")
    expect(search_field(queue)).to_have_value("spar")
    assert decided(blog) == 3


def test_an_undo_moves_nobody_who_has_gone_on(queue: Page, blog: Served) -> None:
    undo = late_undo(queue, blog)
    queue.keyboard.press("j")
    undo.release()
    expect(card(queue, "Comment one.")).to_be_visible()
    queue.keyboard.press("s")
    wait_for(queue, lambda: statuses(blog)["three"] == "spam")
    assert statuses(blog)["one"] == "pending"


def test_a_chosen_comment_stays_chosen_when_somebody_else_decides(queue: Page, blog: Served) -> None:
    queue.keyboard.press("x")
    queue.keyboard.press("j")
    with queue.expect_response(lambda response: "changes" in response.url and response.status == 200):
        decide_elsewhere(blog, "one", Status.APPROVED)
    queue.keyboard.press("s")
    expect(card(queue, "Comment one.").locator(".card__notice")).to_contain_text("was not saved")
    assert statuses(blog)["two"] == "pending"


def test_a_refused_decision_says_so_until_it_is_read(queue: Page, blog: Served, faults: Faults) -> None:
    faults.allow("status of 409")
    news = Held(queue, CHANGES)
    wait_for(queue, lambda: news.routes)
    decide_elsewhere(blog, "one", Status.APPROVED)
    news.arrive()
    queue.keyboard.press("r")
    notice = card(queue, "Comment one.").locator(".card__notice")
    expect(notice).to_contain_text("Your decision was not saved")
    with queue.expect_response(lambda response: "changes" in response.url and response.status == 204):
        news.release()
    expect(notice).to_contain_text("Your decision was not saved")


def test_a_comment_that_loads_late_shows_what_was_decided_meanwhile(queue: Page, blog: Served) -> None:
    add_comments(blog, *(f"Comment {number}." for number in range(13, 30)))
    more = Held(queue, "**/moderation/?*after=*")
    queue.reload()
    expect(queue.locator(".card")).to_have_count(25)
    queue.locator(".selection__all").evaluate("button => button.click()")
    queue.keyboard.press("s")
    more.arrive()
    with queue.expect_response(lambda response: "changes" in response.url and "Cleo" in response.text()):
        decide_elsewhere(blog, "29")
    more.release()
    expect(card(queue, "Comment 28.")).to_be_visible()
    expect(card(queue, "Comment 29.")).to_have_count(0)


def test_a_page_that_comes_back_has_sent_everything(queue: Page, blog: Served) -> None:
    queue.unroute(DECISIONS)
    first = Held(queue, DECISIONS)
    for _ in range(3):
        queue.keyboard.press("a")
    first.arrive()
    queue.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    wait_for(queue, lambda: decided(blog) == 3)
    first.release()
    expect(queue.locator(".card--decided")).to_have_count(3)
    expect(queue.locator(".card--sending")).to_have_count(0)
    queue.keyboard.press("u")
    expect(card(queue, "Comment three.")).to_be_focused()


def test_after_the_session_has_ended_no_text_is_lost(queue: Page, blog: Served, faults: Faults) -> None:
    faults.allow("status of 401|ERR_FAILED")
    queue.keyboard.press("a")
    expect(queue.locator(".card--decided")).to_have_count(1)
    assert not asks_to_stay(queue)
    queue.context.clear_cookies()
    first = Held(queue, DECISIONS)
    for text in ("Not about tea.", "Nor this."):
        queue.keyboard.press("e")
        queue.keyboard.type(text)
        queue.keyboard.press("Control+Enter")
    first.arrive()
    first.release()
    expect(queue.locator(".queue-head__said")).to_contain_text("Nothing more was saved.")
    expect(card(queue, "Comment two.").get_by_label(REASON)).to_have_value("Not about tea.")
    expect(card(queue, "Comment three.").get_by_label(REASON)).to_have_value("Nor this.")

    card(queue, "Comment five.").focus()
    queue.keyboard.press("x")
    bar = queue.locator(".selection")
    bar.locator("summary").evaluate("summary => summary.click()")
    bar.get_by_label(REASON).fill("Too short.")
    bar.get_by_role("button", name="Reject").evaluate("button => button.click()")
    expect(queue.locator(".card--sending")).to_have_count(0)
    expect(bar.get_by_label(REASON)).to_have_value("Too short.")
    expect(bar).to_contain_text("1 chosen")

    queue.keyboard.press("Escape")
    card(queue, "Comment six.").focus()
    with queue.expect_response(DECISIONS):
        queue.keyboard.press("u")
    assert asks_to_stay(queue)
    for field in (card(queue, "Comment two."), card(queue, "Comment three."), bar):
        field.get_by_label(REASON).fill("")
    sign_in(queue, blog, "Cleo")
    queue.keyboard.press("u")
    expect(card(queue, "Comment one.")).to_be_focused()
    assert set(statuses(blog).values()) == {"pending"}


def test_a_server_that_never_answers_stops_nothing_for_good(queue: Page, blog: Served) -> None:
    queue.clock.install()
    decision, news = Held(queue, DECISIONS), Held(queue, CHANGES)
    queue.reload()
    queue.keyboard.press("a")
    wait_for(queue, lambda: decision.routes and news.routes)
    queue.clock.fast_forward(31_000)
    expect(queue.get_by_role("status")).to_contain_text("No connection. Decisions wait")
    queue.clock.fast_forward(5_000)
    wait_for(queue, lambda: statuses(blog)["one"] == "approved")
    decide_elsewhere(blog, "two")
    expect(queue.locator(".card--decided")).to_have_count(2)
    decision.lose()
    news.lose()
