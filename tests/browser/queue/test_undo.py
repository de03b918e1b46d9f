"""Every decision in the queue can be undone, one step after the other."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.queue.conftest import DECISIONS, NUMBERS, decided, statuses, wait_for
from tests.support.browsers import card
from tests.support.held_answers import Held
from tests.support.servers import Served


def test_undo_undoes_one_step_after_the_other(queue: Page, blog: Served) -> None:
    for key in "ars":
        queue.keyboard.press(key)
    wait_for(queue, lambda: decided(blog) == 3)
    for left in (2, 1, 0):
        queue.keyboard.press("u")
        expect(card(queue, f"Comment {NUMBERS[left]}.")).to_be_focused()
        assert list(statuses(blog).values()).count("pending") == 12 - left
    queue.keyboard.press("u")
    queue.wait_for_timeout(300)
    assert set(statuses(blog).values()) == {"pending"}
    assert decided(blog) == 6


def test_undo_at_once_cancels_a_decision_that_was_not_sent(queue: Page, blog: Served) -> None:
    queue.keyboard.press("a")
    queue.keyboard.press("r")
    queue.keyboard.press("u")
    queue.keyboard.press("u")
    expect(card(queue, "Comment one.")).to_be_visible()
    expect(card(queue, "Comment two.")).to_be_visible()
    wait_for(queue, lambda: set(statuses(blog).values()) == {"pending"} and decided(blog) in {2, 4})


def test_the_key_for_undo_skips_a_decision_that_was_undone_by_a_click(queue: Page, blog: Served) -> None:
    for key in "ar":
        queue.keyboard.press(key)
    wait_for(queue, lambda: decided(blog) == 2)
    queue.locator(".card--decided").nth(1).get_by_role("button", name="Undo").click()
    expect(card(queue, "Comment two.")).to_contain_text("it is pending again")
    queue.keyboard.press("u")
    expect(card(queue, "Comment one.")).to_contain_text("it is pending again")
    assert decided(blog) == 4


def test_the_key_for_undo_skips_what_was_undone_on_the_page_of_a_comment(queue: Page, blog: Served) -> None:
    queue.keyboard.press("a")
    wait_for(queue, lambda: decided(blog) == 1)
    card(queue, "Comment two.").locator(".card__author").click()
    queue.get_by_role("button", name="Reject").click()
    wait_for(queue, lambda: kept_steps(queue).count("undoes=") == 2)
    queue.locator(".message").get_by_role("button", name="Undo").click()
    expect(queue.locator(".message")).to_contain_text("it is pending again")
    queue.goto("/moderation/")
    queue.keyboard.press("u")
    expect(card(queue, "Comment one.")).to_contain_text("it is pending again")
    assert decided(blog) == 4


def test_a_click_on_undo_is_known_until_the_server_has_answered(queue: Page, blog: Served) -> None:
    queue.keyboard.press("a")
    wait_for(queue, lambda: decided(blog) == 1)
    late = Held(queue, DECISIONS)
    queue.locator(".card--decided").get_by_role("button", name="Undo").click()
    late.arrive()
    assert "undoes=" in kept_steps(queue)
    late.release()
    expect(card(queue, "Comment one.")).to_contain_text("it is pending again")
    assert "undoes=" not in kept_steps(queue)


def kept_steps(page: Page) -> str:
    """The steps that a reload would bring back."""
    return str(page.evaluate("Object.entries(sessionStorage).filter(([name]) => name.includes('undo')).join()"))


def test_steps_can_be_undone_after_the_page_was_loaded_again(queue: Page, blog: Served) -> None:
    queue.keyboard.press("a")
    wait_for(queue, lambda: decided(blog) == 1)
    expect(card(queue, "Comment one.")).to_have_count(0)
    queue.reload()
    expect(card(queue, "Comment two.")).to_be_focused()
    assert decided(blog) == 1
    queue.keyboard.press("u")
    expect(card(queue, "Comment one.")).to_be_focused()
    assert statuses(blog)["one"] == "pending"


@pytest.mark.still
def test_undo_of_a_decision_that_was_not_answered_leads_to_its_undo(queue: Page, blog: Served) -> None:
    queue.keyboard.press("a")
    expect(queue.locator(".card--decided")).to_have_count(1)
    late = Held(queue, DECISIONS)
    queue.keyboard.press("s")
    late.arrive()
    queue.reload()
    queue.keyboard.press("u")
    expect(queue.get_by_role("heading", name="Comment by Bea Brown")).to_be_visible()
    queue.goto("/moderation/")
    late = Held(queue, "**/moderation/bulk")
    queue.keyboard.press("x")
    queue.keyboard.press("s")
    late.arrive()
    queue.reload()
    queue.keyboard.press("u")
    queue.wait_for_url("**/moderation/log")
    assert [statuses(blog)[number] for number in NUMBERS[:3]] == ["approved", "spam", "spam"]


def test_changes_that_were_on_their_way_during_an_undo_replace_nothing(queue: Page, blog: Served) -> None:
    held: list[Route] = []
    queue.route("**/moderation/changes*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    queue.keyboard.press("a")
    wait_for(queue, lambda: decided(blog) == 1 and held)
    early = held[0].fetch()
    assert "Cleo approved" in early.text()
    queue.keyboard.press("u")
    undone = card(queue, "Comment one.")
    expect(undone).to_contain_text("it is pending again")
    undone.evaluate("card => { card.dataset.isSame = 'yes'; }")
    held[0].fulfill(response=early)
    for _ in range(2):
        wait_for(queue, lambda: len(held) > 1)
        assert undone.get_attribute("data-is-same") == "yes"
        held.pop().continue_()
