"""Closing the queue while decisions wait to be sent: they are sent, or the browser asks the moderator to stay."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Route, expect

from tests.browser.queue.conftest import DECISIONS, add_comments, decided, wait_for
from tests.support.browser_faults import Faults
from tests.support.browsers import card
from tests.support.servers import Served
from tests.support.waiting import wait_until

REPLIES = "**/replies"


@pytest.fixture
def held(queue: Page) -> list[Route]:
    """The first request with a decision, which gets no answer yet. All later ones wait for it."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    queue.unroute(DECISIONS)
    for pattern in (DECISIONS, REPLIES):
        queue.route(pattern, hold)
    return held


def release(queue: Page, held: list[Route]) -> None:
    for route in held:
        route.continue_()
    for pattern in (DECISIONS, REPLIES):
        queue.unroute(pattern)


def asks_to_stay(queue: Page, faults: Faults) -> bool:
    """Close the page; stay if the browser asks, and return whether it did."""
    faults.allow("^dialog: $")
    before = len(faults.found)
    queue.close(run_before_unload=True)
    with suppress(PlaywrightError):  # the page is closed
        queue.wait_for_timeout(500)
    return "dialog: " in faults.found[before:]


def reply(queue: Page, number: str, text: str) -> None:
    """Approve a comment with a reply."""
    its = card(queue, f"Comment {number}.")
    its.locator(".card__more").click()
    its.get_by_label("Reply, published in your name").fill(text)
    its.get_by_role("button", name="Approve and reply").click()


def test_a_few_decisions_that_wait_are_sent_when_the_page_is_closed(queue: Page, blog: Served, faults: Faults) -> None:
    queue.unroute(DECISIONS)
    for _ in range(5):
        queue.keyboard.press("a")
    assert not asks_to_stay(queue, faults)
    wait_until(lambda: decided(blog) == 5)


def test_many_decisions_that_wait_ask_the_moderator_to_stay(
    queue: Page, blog: Served, faults: Faults, held: list[Route]
) -> None:
    add_comments(blog, *(f"More {number}." for number in range(13)))
    queue.reload()
    expect(card(queue, "More 12.")).to_be_visible()
    for _ in range(22):
        queue.keyboard.press("a")
    assert asks_to_stay(queue, faults)
    release(queue, held)
    wait_for(queue, lambda: decided(blog) == 22)
    assert not asks_to_stay(queue, faults)


def test_long_replies_that_wait_ask_the_moderator_to_stay(
    queue: Page, blog: Served, faults: Faults, held: list[Route]
) -> None:
    for number in ("one", "two", "three"):
        reply(queue, number, "茶" * 2_500)
    assert asks_to_stay(queue, faults)
    release(queue, held)
    wait_for(queue, lambda: decided(blog) == 6)


def test_an_undo_of_a_decision_without_answer_asks_the_moderator_to_stay(
    queue: Page, blog: Served, faults: Faults, held: list[Route]
) -> None:
    queue.keyboard.press("a")
    queue.keyboard.press("u")
    assert asks_to_stay(queue, faults)
    release(queue, held)
    wait_for(queue, lambda: decided(blog) == 2)


def test_a_reply_larger_than_a_request_that_outlives_its_page_is_answered(queue: Page, faults: Faults) -> None:
    faults.allow("status of 422")
    reply(queue, "one", "x" * 70_000)
    notice = card(queue, "Comment one.").locator(".card__notice")
    expect(notice).to_contain_text("A reply may have at most 5,000 characters.")
    expect(card(queue, "Comment one.").get_by_label("Reply, published in your name")).to_have_value("x" * 70_000)
