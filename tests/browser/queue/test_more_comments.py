"""A queue of several pages: more comments load in time, and after trouble."""

import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.queue.conftest import DECISIONS, add_comments, decided, wait_for
from tests.support.browser_faults import Faults
from tests.support.browsers import card
from tests.support.servers import Served

MORE = "**/moderation/?*after=*"


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page with a profile of its own: if it shares one, Chromium often does not say when the connection is back."""
    return open_page(offline=False)


@pytest.fixture
def long_queue(queue: Page, blog: Served) -> Page:
    """The queue with two pages, of which it shows the first."""
    add_comments(blog, *(f"More {number}." for number in range(30)))
    queue.unroute(DECISIONS)
    queue.reload()
    expect(queue.locator(".card")).to_have_count(25)
    return queue


def test_a_long_queue_never_ends_while_one_decides(long_queue: Page, blog: Served) -> None:
    for _ in range(20):
        long_queue.keyboard.press("a")
    wait_for(long_queue, lambda: decided(blog) == 20)
    expect(long_queue.locator(".card__body")).to_have_count(22)


def decide_on_all(queue: Page) -> None:
    """Approve all comments on the page."""
    queue.get_by_role("button", name="Choose all on this page").click()
    queue.keyboard.press("Escape")
    queue.locator(".selection").get_by_role("button", name="Approve").click()


def test_more_comments_are_tried_again_until_they_load(long_queue: Page, faults: Faults) -> None:
    faults.allow("status of 503")
    tries: list[float] = []

    def fail_twice(route: Route) -> None:
        tries.append(time.monotonic())
        if len(tries) < 3:
            route.fulfill(status=503)
        else:
            route.continue_()

    long_queue.route(MORE, fail_twice)
    decide_on_all(long_queue)
    trouble = long_queue.get_by_text("More comments could not be loaded. This page keeps trying by itself.")
    expect(trouble).to_be_visible()
    expect(card(long_queue, "More 29.")).to_be_visible()
    expect(card(long_queue, "More 13.")).to_be_focused()
    expect(trouble).to_have_count(0)
    assert tries[2] - tries[1] > tries[1] - tries[0] > 0.5


def test_more_comments_load_as_soon_as_the_connection_is_back(long_queue: Page, faults: Faults) -> None:
    faults.allow("ERR_INTERNET_DISCONNECTED")
    failed: list[str] = []
    long_queue.on("requestfailed", lambda request: failed.append(request.url))
    long_queue.route(MORE, lambda route: route.abort("internetdisconnected"))
    decide_on_all(long_queue)
    wait_for(long_queue, lambda: len(failed) == 4)  # the next one would come 8 s later
    long_queue.unroute(MORE)
    long_queue.context.set_offline(True)
    long_queue.context.set_offline(False)
    expect(card(long_queue, "More 29.")).to_be_visible(timeout=3_000)


def test_a_signed_out_moderator_reads_why_no_more_comments_load(long_queue: Page, blog: Served, faults: Faults) -> None:
    faults.allow("status of 401")
    long_queue.route(MORE, lambda route: route.fulfill(status=302, headers={"Location": "/moderation/login"}))
    decide_on_all(long_queue)
    refused = long_queue.get_by_text("More comments could not be loaded. Please load this page again, or sign in.")
    expect(refused).to_be_visible()
    expect(long_queue.get_by_role("link", name="More comments")).to_be_visible()
