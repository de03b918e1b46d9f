"""Moderating with keys: one key per decision without a page load; no key is lost; every decision can be undone."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from blog.comments.models import Comment
from blog.content.models import Article
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation.models import Decision
from tests.support.browser_faults import Faults
from tests.support.browsers import add_moderator, card, sign_in
from tests.support.factories import make_comment
from tests.support.servers import Served, served

DECISIONS = "**/decisions"
MORE = "**/moderation/?*after=*"
NUMBERS = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
]  # fmt: skip


@pytest.fixture(scope="module")
def full_queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A served blog where twelve comments wait, and a copy of its database."""
    folder = tmp_path_factory.mktemp("blog")
    with served(folder, BLOG_PAGE_CACHE_MB="0") as blog:
        add_moderator(blog, "Cleo")
        with blog.rows():
            article = db.session.scalars(Article.published().limit(1)).one()
            for number in NUMBERS:
                make_comment(article, f"Comment {number}.")
        copy = folder / "copy.sqlite3"
        blog.copy_database(copy)
        yield blog, copy


@pytest.fixture
def blog(full_queue: tuple[Served, Path]) -> Served:
    """Twelve comments wait, “Comment one.” to “Comment twelve.”."""
    blog, copy = full_queue
    blog.restore_database(copy)
    return blog


@pytest.fixture
def queue(page: Page, blog: Served) -> Page:
    """The queue, with responses delayed by 100 ms; ``loads`` counts page loads."""
    sign_in(page, "Cleo")
    expect(card(page, "Comment one.")).to_be_focused()
    page.route(DECISIONS, delayed)
    return page


def delayed(route: Route) -> None:
    time.sleep(0.1)
    route.continue_()


def wait_for(page: Page, condition: Callable[[], object]) -> None:
    """Wait for ``condition`` while the page's requests are handled."""
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail("it did not happen within 10 s")


def statuses(blog: Served) -> dict[str, str]:
    """The status of each comment by the number in it."""
    with blog.rows():
        rows = db.session.execute(db.select(Comment.body, Comment.status)).all()
    return {body.removeprefix("Comment ").removesuffix("."): status for body, status in rows}


def decided(blog: Served) -> int:
    with blog.rows():
        return db.session.scalar(db.select(db.func.count()).select_from(Decision)) or 0


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
    wait_for(queue, lambda: decided(blog) == 2)
    assert statuses(blog)["two"] == "pending"


def test_buttons_work_like_keys(queue: Page, blog: Served) -> None:
    card(queue, "Comment three.").get_by_role("button", name="Reject").click()
    expect(queue.locator(".card--decided")).to_contain_text("Cleo rejected the comment by Bea Brown.")
    queue.locator(".card--decided").get_by_role("button", name="Undo").click()
    expect(card(queue, "Comment three.")).to_be_visible()
    assert statuses(blog)["three"] == "pending"


def test_a_double_click_decides_on_one_comment(queue: Page, blog: Served) -> None:
    card(queue, "Comment one.").get_by_role("button", name="Approve", exact=True).dblclick()
    expect(queue.locator(".card--decided")).to_have_count(1)
    card(queue, "Comment two.").get_by_role("button", name="Reject").click()
    expect(queue.locator(".card--decided")).to_have_count(2)
    assert Counter(statuses(blog).values()) == {"approved": 1, "rejected": 1, "pending": 10}


def test_new_comments_of_a_list_lead_to_a_page_that_shows_them(queue: Page, blog: Served) -> None:
    queue.goto("/moderation/?status=spam")
    expect(queue.locator(".queue")).to_have_class("queue queue--live")
    with blog.rows():
        article = db.session.scalars(Article.published().limit(1)).one()
        make_comment(article, "New spam.", status="spam")
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
    with blog.rows():
        article = db.session.scalars(Article.published().limit(1)).one()
        for number in range(3):
            make_comment(article, f"New {number}.")
    news = queue.locator(".queue-head__news")
    expect(news).to_have_text("3 new")
    assert card(queue, "Comment two.").bounding_box() == before
    news.get_by_role("link").click()
    expect(queue.locator(".card__body")).to_have_text(["New 0.", "New 1.", "New 2."])


@pytest.fixture
def long_queue(queue: Page, blog: Served) -> Page:
    """The queue with two pages, of which it shows the first."""
    with blog.rows():
        article = db.session.scalars(Article.published().limit(1)).one()
        for number in range(30):
            make_comment(article, f"More {number}.")
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
    tries: list[str] = []

    def fail(route: Route) -> None:
        tries.append(route.request.url)
        route.abort("internetdisconnected")

    long_queue.route(MORE, fail)
    decide_on_all(long_queue)
    wait_for(long_queue, lambda: len(tries) == 4)  # the next one would come 8 s later
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
