"""Four moderators in four browsers press their keys at once: every comment is decided once, and everybody sees it."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from blog.comments.models import Comment, Status
from blog.content.models import Article
from blog.extensions import db
from blog.moderation.models import Decision, Moderator
from tests.browser.conftest import WAIT_MS, OpenPage
from tests.support.browser_faults import Faults
from tests.support.browsers import add_moderator, sign_in
from tests.support.factories import make_comment
from tests.support.servers import Served, served

KEYS = {"Cleo": "a", "Dan": "s", "Eve": "a", "Fay": "r"}
"""What each of them presses. The first two share one half of the comments, the last two the other half."""
COMMENTS = 200
HURRY = 8
"""Keys that one of them presses in a row; fewer than the cards that a page always has at hand."""
DECIDED_WITHIN_SECONDS = 180
SEEN_WITHIN_MS = 1_000
ON_A_BUSY_MACHINE = 5
"""Times as long as that: other tests may run at the same time."""

# What the page says about comments that are decided, and since when, by the ids of their cards.
WATCH = """
window.seen = {};
window.seenAt = {};
new MutationObserver(() => {
  for (const card of document.querySelectorAll(".card--decided")) {
    window.seen[card.id] = card.textContent;
    window.seenAt[card.id] ??= Date.now();
  }
}).observe(document, { childList: true, subtree: true });
"""
WAITING = "document.querySelectorAll('.card--pending:not(.card--sending)').length"
NEXT = ".card--pending:not(.card--sending)"
IS_AT_ONE = "document.activeElement.matches('.card--pending:not(.card--sending)')"


@dataclass
class Screen:
    """One moderator's browser: what the server answered to its decisions, and which pages it went to."""

    page: Page
    key: str
    statuses: Counter[int] = field(default_factory=Counter)
    pages: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Take note of answers and pages from now on."""
        self.page.on("response", lambda answer: self._note(answer.url, answer.status))
        self.page.on("framenavigated", lambda frame: self.pages.append(frame.url))

    def hurry(self) -> None:
        """Press the key a few times at comments that wait."""
        waiting: int = self.page.evaluate(WAITING)
        if waiting and not self.page.evaluate(IS_AT_ONE):
            self.page.locator(NEXT).first.focus()  # not one that came back: it would be decided on again
        for _ in range(min(waiting, HURRY)):
            self.page.keyboard.press(self.key)

    def settle(self) -> None:
        """Wait until the server has answered everything."""
        expect(self.page.locator(".card--sending")).to_have_count(0, timeout=WAIT_MS)

    def _note(self, url: str, status: int) -> None:
        if url.endswith("/decisions"):
            self.statuses[status] += 1


@pytest.fixture
def blog(tmp_path: Path) -> Iterator[Served]:
    """A hundred comments wait under each of two articles."""
    with served(tmp_path) as blog:
        for name in KEYS:
            add_moderator(blog, name)
        with blog.rows():
            for article in db.session.scalars(Article.published().limit(2)):
                for number in range(COMMENTS // 2):
                    make_comment(article, f"Comment {number}.")
        yield blog


def is_any_pending(blog: Served) -> bool:
    with blog.rows():
        return db.session.scalar(select(Comment.id).where(Comment.status == Status.PENDING).limit(1)) is not None


def half_addresses(blog: Served) -> list[str]:
    with blog.rows():
        ids = db.session.scalars(select(Comment.article_id).distinct().order_by(Comment.article_id))
        return [f"/moderation/?status=pending&article={id_}" for id_ in ids]


@pytest.fixture
def screens(open_page: OpenPage, blog: Served) -> dict[str, Screen]:
    """All four are dealt the same comments as one other: the worst case, in which nothing has been claimed."""
    found = {}
    for place, (name, key) in enumerate(KEYS.items()):
        page = open_page()
        page.add_init_script(WATCH)
        page.route("**/moderation/claims", lambda route: route.fulfill(body="", content_type="text/html"))
        sign_in(page, blog, name)
        page.goto(half_addresses(blog)[place // 2])
        expect(page.locator(".card").first).to_be_focused()
        found[name] = Screen(page, key)
    for screen in found.values():
        screen.watch()
    return found


@pytest.mark.still
def test_each_comment_is_decided_once_logged_and_seen(screens: dict[str, Screen], blog: Served, faults: Faults) -> None:
    faults.allow("status of 409")  # the second of two who disagree
    in_turn = list(screens.values())
    deadline = time.monotonic() + DECIDED_WITHIN_SECONDS
    # A screen may have no card for a moment, while it loads more.
    while is_any_pending(blog):
        assert time.monotonic() < deadline
        in_turn.reverse()
        for screen in in_turn:
            screen.hurry()
        for screen in in_turn:
            screen.settle()

    sent = sum((screen.statuses for screen in screens.values()), Counter[int]())
    assert set(sent) <= {200, 409}
    assert sent.total() > COMMENTS  # many were decided by two at once
    assert [screen.pages for screen in screens.values()] == [[], [], [], []]
    with blog.rows():
        comments = {row.id: row.status for row in db.session.execute(select(Comment.id, Comment.status))}
        log = db.session.execute(select(Decision.comment_id, Decision.to_status, Moderator.name).join(Moderator)).all()
    assert Status.PENDING not in comments.values()
    assert Counter(row.comment_id for row in log) == Counter(comments.keys())
    assert {row.comment_id: row.to_status for row in log} == comments

    names = {f"comment-{row.comment_id}": row.name for row in log}
    for screen in screens.values():
        seen = screen.page.evaluate("window.seen")
        assert seen
        assert [text for id_, text in seen.items() if names[id_] not in text] == []

    for screen in screens.values():
        screen.page.goto("/moderation/?status=approved")
        expect(screen.page.locator(".card").first).to_be_focused()
    waits = [wait for place, name in enumerate(KEYS) for wait in waits_of_others(screens, name, place)]
    assert max(waits) < SEEN_WITHIN_MS * ON_A_BUSY_MACHINE, waits


def waits_of_others(screens: dict[str, Screen], name: str, place: int) -> list[float]:
    """How many milliseconds after ``name`` has decided the card at ``place`` the others see that, with the name."""
    mine = screens[name].page.locator(".card").nth(place)
    mine.focus()
    card = mine.get_attribute("id")
    screens[name].page.keyboard.press("s")
    for screen in screens.values():
        expect(screen.page.locator(f"#{card}.card--decided")).to_contain_text(f"{name} marked", timeout=WAIT_MS)
    times = {other: screen.page.evaluate("card => window.seenAt[card]", card) for other, screen in screens.items()}
    return [time - times[name] for other, time in times.items() if other != name]
