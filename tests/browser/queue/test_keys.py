"""Moderating with keys: one key per decision without a page load, and no key is lost."""

from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from blog.extensions import db
from blog.moderation.models import Decision
from tests.browser.queue.conftest import DECISIONS, NUMBERS, add_comments, decided, statuses, wait_for
from tests.support.browser_faults import Faults
from tests.support.browsers import card
from tests.support.servers import Served


def test_a_decision_takes_one_key_and_no_page_load(queue: Page, blog: Served) -> None:
    pages: list[str] = []
    sizes: list[int] = []
    queue.on("framenavigated", lambda frame: pages.append(frame.url))
    queue.on("response", lambda answer: sizes.append(len(answer.body())) if "decisions" in answer.url else None)
    height = card(queue, "Comment one.").bounding_box()
    queue.keyboard.press("a")
    expect(card(queue, "Comment two.")).to_be_focused()
    expect(queue.get_by_role("status")).to_have_text("Cleo approved the comment by Bea Brown.")
    expect(card(queue, "Comment one.")).to_have_count(0)
    assert statuses(blog)["one"] == "approved"
    assert pages == []
    assert sizes
    assert max(sizes) < 2_000
    after = card(queue, "Comment two.").bounding_box()
    assert height is not None
    assert after is not None
    assert abs(height["y"] - after["y"]) <= 1


def test_eight_quick_keys_are_eight_decisions(queue: Page, blog: Served) -> None:
    for _ in range(8):
        queue.keyboard.press("a")
        queue.wait_for_timeout(150)
    wait_for(queue, lambda: decided(blog) == 8)
    assert [number for number, status in statuses(blog).items() if status == "approved"] == NUMBERS[:8]
    expect(card(queue, "Comment nine.")).to_be_focused()


def test_without_a_connection_decisions_wait_and_are_sent_later(queue: Page, blog: Served, faults: Faults) -> None:
    faults.allow("ERR_INTERNET_DISCONNECTED")
    queue.context.set_offline(True)
    for key in "ars":
        queue.keyboard.press(key)
    expect(queue.get_by_role("status")).to_have_text("No connection. Decisions wait and are sent when it is back: 3")
    expect(card(queue, "Comment four.")).to_be_focused()
    assert decided(blog) == 0
    queue.context.set_offline(False)
    wait_for(queue, lambda: decided(blog) == 3)
    found = statuses(blog)
    assert [found[number] for number in NUMBERS[:3]] == ["approved", "rejected", "spam"]


def test_a_failing_server_loses_no_decision(queue: Page, blog: Served, faults: Faults) -> None:
    faults.allow("status of 503")
    queue.unroute(DECISIONS)
    queue.route(DECISIONS, lambda route: route.fulfill(status=503), times=1)
    queue.keyboard.press("a")
    wait_for(queue, lambda: decided(blog) == 1)
    assert statuses(blog)["one"] == "approved"


@pytest.mark.parametrize("method", ["getItem", "setItem"])
def test_keys_work_where_storing_is_forbidden(queue: Page, blog: Served, method: str) -> None:
    queue.add_init_script(f"Storage.prototype.{method} = () => {{ throw new DOMException('no', 'SecurityError') }}")
    queue.reload()
    expect(card(queue, "Comment one.")).to_be_focused()
    queue.keyboard.press("a")
    expect(card(queue, "Comment one.")).to_have_count(0)
    assert statuses(blog)["one"] == "approved"
    queue.keyboard.press("u")
    expect(card(queue, "Comment one.")).to_be_focused()
    assert statuses(blog)["one"] == "pending"


def test_keys_work_after_a_click_on_an_empty_part_of_the_page(queue: Page, blog: Served) -> None:
    queue.mouse.click(5, 450)
    queue.keyboard.press("j")
    expect(card(queue, "Comment two.")).to_be_focused()
    queue.mouse.click(5, 450)
    queue.keyboard.press("s")
    wait_for(queue, lambda: statuses(blog)["two"] == "spam")


def test_a_reason_takes_one_key_and_decides_with_another(queue: Page, blog: Served) -> None:
    queue.keyboard.press("e")
    reason = card(queue, "Comment one.").get_by_label("Reason, for the log")
    expect(reason).to_be_focused()
    queue.keyboard.press("Escape")
    expect(card(queue, "Comment one.")).to_be_focused()
    queue.keyboard.press("e")
    queue.keyboard.type("as rash as can be")
    queue.keyboard.press("Control+Enter")
    wait_for(queue, lambda: statuses(blog)["one"] == "rejected")
    with blog.rows():
        assert db.session.scalars(db.select(Decision.reason)).all() == ["as rash as can be"]
    assert list(statuses(blog).values()).count("pending") == 11


def test_buttons_work_like_keys(queue: Page, blog: Served) -> None:
    card(queue, "Comment three.").get_by_role("button", name="Reject").click()
    expect(queue.locator(".card--decided")).to_contain_text("Cleo rejected the comment by Bea Brown.")
    queue.locator(".card--decided").get_by_role("button", name="Undo").click()
    expect(card(queue, "Comment three.")).to_be_visible()
    assert statuses(blog)["three"] == "pending"


def test_a_double_or_triple_click_decides_on_one_comment(queue: Page, blog: Served) -> None:
    card(queue, "Comment one.").get_by_role("button", name="Approve", exact=True).click(click_count=3)
    expect(queue.locator(".card--decided")).to_have_count(1)
    card(queue, "Comment two.").get_by_role("button", name="Reject").click()
    expect(queue.locator(".card--decided")).to_have_count(2)
    assert Counter(statuses(blog).values()) == {"approved": 1, "rejected": 1, "pending": 10}


def test_new_comments_of_a_list_lead_to_a_page_that_shows_them(queue: Page, blog: Served) -> None:
    queue.goto("/moderation/?status=spam")
    expect(queue.locator(".queue")).to_have_class("queue queue--live")
    add_comments(blog, "New spam.", status="spam")
    queue.get_by_role("link", name="1 new").click()
    expect(queue.locator(".card__body")).to_have_text(["New spam."])


def test_keys_open_the_lists_the_log_and_the_help(queue: Page, blog: Served) -> None:
    for keys, address in (("gs", "status=spam"), ("ga", "status=approved"), ("gp", "status=pending"), ("gl", "/log")):
        queue.keyboard.press(keys[0])
        queue.keyboard.press(keys[1])
        queue.wait_for_url(f"**{address}")
        if keys != "gl":
            queue.wait_for_load_state("load")
    queue.goto("/moderation/")
    expect(card(queue, "Comment one.")).to_be_focused()
    queue.keyboard.press("?")
    expect(queue.get_by_role("dialog")).to_be_visible()
    queue.keyboard.press("a")
    queue.get_by_label("Keys are on").uncheck()
    queue.keyboard.press("Escape")
    queue.keyboard.press("a")
    queue.wait_for_timeout(300)
    assert decided(blog) == 0
    queue.keyboard.press("?")
    queue.locator(".keys__open").click()
    queue.get_by_label("Keys are on").check()


def test_back_and_reload_never_decide_again(queue: Page, blog: Served) -> None:
    queue.keyboard.press("a")
    wait_for(queue, lambda: decided(blog) == 1)
    expect(queue.get_by_role("status")).to_contain_text("approved")
    queue.keyboard.press("o")
    queue.wait_for_url("**/comments/*")
    queue.go_back()
    expect(card(queue, "Comment two.")).to_be_focused()
    queue.reload()
    expect(card(queue, "Comment two.")).to_be_focused()
    assert decided(blog) == 1


def test_new_comments_are_announced_and_nothing_moves(queue: Page, blog: Served) -> None:
    queue.keyboard.press("j")
    before = card(queue, "Comment two.").bounding_box()
    add_comments(blog, *(f"New {number}." for number in range(3)))
    news = queue.locator(".queue-head__news")
    expect(news).to_have_text("3 new")
    assert card(queue, "Comment two.").bounding_box() == before
    news.get_by_role("link").click()
    expect(queue.locator(".card__body")).to_have_text(["New 0.", "New 1.", "New 2."])


def test_slash_opens_the_search_and_escape_returns_to_the_comment(queue: Page) -> None:
    queue.keyboard.press("/")
    field = queue.get_by_role("searchbox", name="Search these comments")
    expect(field).to_be_focused()
    queue.keyboard.press("Escape")
    expect(card(queue, "Comment one.")).to_be_focused()
    queue.keyboard.press("/")
    queue.keyboard.type("seven")
    queue.keyboard.press("Enter")
    expect(card(queue, "Comment seven.")).to_be_focused()
    expect(card(queue, "Comment one.")).to_have_count(0)
    queue.keyboard.press("a")
    expect(queue.get_by_role("status")).to_have_text("Cleo approved the comment by Bea Brown.")
