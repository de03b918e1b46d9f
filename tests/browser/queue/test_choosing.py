"""Comments that are chosen in the queue are decided together."""

from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from blog.comments.models import Comment
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation.bulk_models import BulkDecision
from blog.moderation.models import Decision
from tests.browser.queue.conftest import NUMBERS, decided, statuses, wait_for
from tests.support.browsers import card
from tests.support.servers import Served

STOP = '<form method="post"><button class="button button--quiet">Stop</button></form>'


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


def test_a_click_meant_for_stop_undoes_nothing(queue: Page, blog: Served) -> None:
    """When a bulk decision ends, Undo comes to the place of Stop."""
    path = spam_path(queue, blog)
    queue.route(f"**{path}", lambda route: show_running(route, path), times=1)
    queue.goto(path)
    stop = queue.get_by_role("button", name="Stop")
    box = stop.bounding_box()
    assert box is not None
    expect(stop).to_have_count(0)
    queue.mouse.click(box["x"] + 5, box["y"] + 5)
    queue.wait_for_timeout(700)
    assert decided(blog) == 1
    queue.mouse.click(box["x"] + 5, box["y"] + 5)
    wait_for(queue, lambda: decided(blog) == 2)


def test_the_page_of_a_running_decision_asks_to_sign_in_when_the_session_has_ended(queue: Page, blog: Served) -> None:
    path = spam_path(queue, blog)

    def show_and_sign_out(route: Route) -> None:
        show_running(route, path)
        queue.context.clear_cookies()

    queue.route(f"**{path}", show_and_sign_out, times=1)
    queue.goto(path)
    queue.wait_for_url(f"**/moderation/login?next={path}")


def spam_path(queue: Page, blog: Served) -> str:
    """Mark a comment as spam as a bulk decision; the address of its page."""
    queue.keyboard.press("x")
    queue.keyboard.press("s")
    wait_for(queue, lambda: decided(blog) == 1)
    with blog.rows():
        return f"/moderation/bulk/{db.session.scalars(db.select(BulkDecision.id)).one()}"


def show_running(route: Route, path: str) -> None:
    """Show the page of a bulk decision once more as it was before it had ended."""
    page = route.fetch().text().replace('class="bulk"', f'class="bulk" data-progress="{path}/progress"', 1)
    route.fulfill(body=page.replace('<form class="undo"', f'{STOP}<form class="undo"', 1), content_type="text/html")
