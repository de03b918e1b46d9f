"""Moderators' pages with only a keyboard, and with a screen reader."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from blog.content.models import Article
from blog.extensions import db
from tests.browser.conftest import OpenPage
from tests.support.accessibility_tree import accessibility_tree, nameless, skipped_levels
from tests.support.browser_faults import Faults
from tests.support.browsers import card, sign_in
from tests.support.factories import make_comment
from tests.support.focus import tab_to, walk
from tests.support.page_kinds import MODERATOR, PageKind, furnish
from tests.support.servers import Served, served

WIDE = {"width": 1280, "height": 900}
NAMES = ["Ada", "Bodo", "Cem", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jule", "Kim", "Lou"]
HAS_FOCUS = "document.activeElement !== document.body && document.activeElement.isConnected"


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("workbench"), BLOG_COMMENT_RATE="1000 per minute") as blog:
        yield blog


@pytest.fixture(scope="module")
def kinds(blog: Served) -> list[PageKind]:
    """A page of every kind for moderators, and a dozen waiting comments."""
    kinds = furnish(blog)
    with blog.rows():
        article = db.session.scalars(Article.published().limit(1)).one()
        for name in NAMES:
            make_comment(article, f"{name} writes this.", name=name, email=f"{name}@example.org")
    return [kind for kind in kinds if kind.is_moderators]


@pytest.fixture
def page(open_page: OpenPage, blog: Served, kinds: list[PageKind]) -> Page:
    """The queue of a moderator who has just signed in."""
    page = open_page(viewport=WIDE)
    page.emulate_media(reduced_motion="reduce")
    sign_in(page, blog, MODERATOR)
    expect(page.locator(".card").first).to_be_focused()
    return page


def assert_focus(page: Page) -> None:
    assert page.evaluate(HAS_FOCUS), "nothing has the focus"


@pytest.mark.still
def test_tab_moves_the_visible_focus_through_every_page_and_back(page: Page, kinds: list[PageKind]) -> None:
    for kind in kinds:
        page.goto(kind.address)
        page.locator(".skip-link").focus()
        there = [step.number for step in walk(page, "Tab")]
        assert there == sorted(set(there)), kind
        assert len(there) > 8, kind
        back = [step.number for step in walk(page, "Shift+Tab")]
        assert back[: len(there)] == there[::-1], kind


@pytest.mark.still
def test_every_page_has_names_and_ordered_headings_for_screen_readers(page: Page, kinds: list[PageKind]) -> None:
    for kind in kinds:
        page.goto(kind.address)
        nodes = accessibility_tree(page)
        assert nameless(nodes) == [], kind
        assert skipped_levels(nodes) == [], kind
        assert [node.level for node in nodes if node.role == "heading"].count(1) == 1, kind
        assert {"banner", "main", "contentinfo"} <= {node.role for node in nodes}, kind


@pytest.mark.still
def test_each_card_is_an_article_with_its_author_as_name_and_its_text(page: Page) -> None:
    articles = {node.name: node.description for node in accessibility_tree(page) if node.role == "article"}
    for name in NAMES:
        (title,) = (title for title in articles if title.startswith(f"{name} "))
        assert articles[title] == f"{name} writes this."
    buttons = [node for node in accessibility_tree(page) if node.role == "button" and node.name == "Approve"]
    assert {button.description.split()[0] for button in buttons} >= set(NAMES)


def test_decisions_are_announced_in_a_live_region(page: Page) -> None:
    assert "status" in {node.role for node in accessibility_tree(page)}
    card(page, "Ada writes").focus()
    page.keyboard.press("s")
    said = page.locator("[role=status]", has_text=f"{MODERATOR} marked the comment by Ada as spam.")
    expect(said).to_have_count(1)
    expect(card(page, "Bodo writes")).to_be_focused()
    page.keyboard.press("u")
    expect(card(page, "Ada writes")).to_be_focused()
    expect(page.locator("[role=status]")).to_contain_text("pending again")


def test_after_a_button_the_focus_moves_to_the_next_comment(page: Page) -> None:
    card(page, "Cem writes").focus()
    tab_to(page, card(page, "Cem writes").get_by_role("button", name="Reject"))
    page.keyboard.press("Enter")
    expect(card(page, "Dora writes")).to_be_focused()
    decided = page.locator(".card--decided", has_text="the comment by Cem")
    tab_back = decided.get_by_role("button", name="Undo")
    tab_back.focus()
    page.keyboard.press("Enter")
    expect(card(page, "Cem writes")).to_be_focused()


def test_an_error_is_shown_on_its_card_and_keeps_the_focus(page: Page, faults: Faults) -> None:
    faults.allow("status of 422")
    card(page, "Emil writes").focus()
    page.keyboard.press("e")
    page.keyboard.type("a reason that is not lost")
    card(page, "Emil writes").locator("[name=version]").evaluate("field => { field.value = 'x'; }")
    page.keyboard.press("Control+Enter")
    notice = card(page, "Emil writes").locator(".card__notice--error")
    expect(notice).to_be_visible()
    assert_focus(page)
    expect(card(page, "Fay writes")).to_be_focused()
    expect(card(page, "Emil writes").get_by_label("Reason, for the log")).to_have_value("a reason that is not lost")
    expect(page.locator(".queue-head__said")).to_have_text(notice.inner_text())


def test_the_last_decision_of_a_page_keeps_the_focus_in_the_page(page: Page) -> None:
    page.goto("/moderation/?status=rejected")
    expect(page.locator(".card").first).to_be_focused()
    count = page.locator(".card").count()
    for _ in range(count):
        page.keyboard.press("s")
    expect(page.locator(".card--decided")).to_have_count(count)
    assert_focus(page)
    for _ in range(count):
        page.keyboard.press("u")
    expect(page.locator(".card--decided")).to_have_count(0)


def test_the_window_of_keys_has_a_name_traps_the_focus_and_returns_it(page: Page) -> None:
    first = card(page, "Gus writes")
    first.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    assert [node.name for node in accessibility_tree(page) if node.role == "dialog"] == ["Keys"]
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(first).to_be_focused()
    opener = page.locator(".keys__open")
    opener.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_reason_can_be_opened_and_left_with_keys_only(page: Page) -> None:
    mine = card(page, "Hana writes")
    mine.focus()
    tab_to(page, mine.locator(".card__details summary"))
    page.keyboard.press("Enter")
    expect(mine.get_by_text("As it was typed")).to_be_visible()
    tab_to(page, mine.locator(".card__more"))
    page.keyboard.press("Enter")
    tab_to(page, mine.get_by_label("Reason, for the log"))
    page.keyboard.type("asr")
    expect(mine.get_by_label("Reason, for the log")).to_have_value("asr")
    page.keyboard.press("Escape")
    expect(mine).to_be_focused()
