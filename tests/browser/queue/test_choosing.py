"""Comments that are chosen in the queue are decided together."""

from playwright.sync_api import Page, expect
from sqlalchemy import update

from blog.comments.models import Comment
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation.models import Decision
from tests.browser.queue.conftest import NUMBERS, decided, statuses, wait_for
from tests.support.browsers import card
from tests.support.servers import Served


def test_chosen_comments_are_decided_and_undone_together(queue: Page, blog: Served) -> None:
    queue.keyboard.press("x")
    card(queue, "Comment four.").locator(".card__select").click(modifiers=["Shift"])
    queue.keyboard.press("s")
    wait_for(queue, lambda: decided(blog) == 4)
    found = statuses(blog)
    assert [number for number in NUMBERS if found[number] == "spam"] == NUMBERS[:4]
    expect(card(queue, "Comment five.")).to_be_focused()
    queue.keyboard.press("u")
    wait_for(queue, lambda: set(statuses(blog).values()) == {"pending"})


def test_a_bar_counts_what_is_chosen_and_decides_with_a_reason(queue: Page, blog: Served) -> None:
    bar = queue.locator(".selection")
    expect(bar).to_be_hidden()
    queue.keyboard.press("x")
    expect(bar).to_contain_text("1 chosen")
    card(queue, "Comment three.").locator(".card__select").click(modifiers=["Shift"])
    expect(bar).to_contain_text("3 chosen")
    bar.get_by_text("Choose none").click()
    expect(bar).to_be_hidden()
    queue.get_by_role("button", name="Choose all on this page").click()
    expect(bar).to_contain_text("12 chosen")
    bar.get_by_text("Reason", exact=True).click()
    bar.get_by_label("Reason, for the log").fill("Not about tea.")
    bar.get_by_role("button", name="Reject").click()
    wait_for(queue, lambda: decided(blog) == 12)
    expect(queue.locator(".queue-head__said")).to_have_text("Cleo rejected 12 comments at once.")
    with blog.rows():
        assert set(db.session.scalars(db.select(Decision.reason))) == {"Not about tea."}
    queue.goto("/moderation/log")
    expect(queue.locator(".log__entry")).to_have_count(1)


def test_chosen_comments_that_have_changed_are_left_and_shown(queue: Page, blog: Served) -> None:
    queue.route("**/changes*", lambda route: route.fulfill(status=204))
    with blog.rows(), write_transaction(db.session()) as session:
        session.execute(update(Comment).where(Comment.body == "Comment two.").values(revision=2, version=2))
    queue.keyboard.press("x")
    card(queue, "Comment three.").locator(".card__select").click(modifiers=["Shift"])
    queue.keyboard.press("a")
    expect(card(queue, "Comment two.").locator(".card__notice")).to_contain_text("Its author has edited it.")
    expect(card(queue, "Comment four.")).to_be_focused()  # the next key must not decide on what nobody has read
    wait_for(queue, lambda: decided(blog) == 2)
    assert statuses(blog)["two"] == "pending"
