"""Comments and names of unusual length, direction or state do not break moderators' pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from blog.comments.models import Status
from blog.content.models import Article
from blog.database import utc_now
from blog.extensions import db
from blog.moderation import accounts
from blog.moderation.roles import Role
from tests.browser.conftest import OpenPage
from tests.support.browsers import add_moderator, card, sign_in
from tests.support.clients import PASSWORD
from tests.support.factories import make_comment
from tests.support.screens import PHONE, WIDER
from tests.support.servers import Served, served

LONG_NAME = "Cleo " + "Longname" * 9
TEXT_BOXES = """(element) => {
    const range = document.createRange();
    return [...element.childNodes].map((node) => {
        range.selectNodeContents(node);
        const { left, right, top, bottom } = range.getBoundingClientRect();
        return { left, right, top, bottom };
    });
}"""
"""The boxes of the texts and elements in an element."""


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("blog")) as blog:
        add_moderator(blog, "Cleo")
        add_moderator(blog, LONG_NAME)
        with blog.rows():
            accounts.add("Ada", PASSWORD, Role.ADMINISTRATOR)
            article = db.session.scalars(Article.published().limit(1)).one()
            make_comment(article, "Very long. " * 400)
            make_comment(article, "שלום עולם " * 20)
            make_comment(article, "Taken back.", status=Status.WITHDRAWN, withdrawn_at=utc_now())
        yield blog


@pytest.fixture
def phone(open_page: OpenPage, blog: Served) -> Page:
    page = open_page(viewport=PHONE)
    sign_in(page, blog, "Cleo")
    return page


def boxes(element: Locator) -> list[dict[str, float]]:
    found: list[dict[str, float]] = element.evaluate(TEXT_BOXES)
    return [box for box in found if box["right"] > box["left"]]


def test_the_buttons_beside_a_very_long_comment_stay_in_view(page: Page, blog: Served) -> None:
    sign_in(page, blog, "Cleo")
    long = card(page, "Very long.")
    button = long.get_by_role("button", name="Approve", exact=True)
    expect(button).to_be_in_viewport(ratio=0.9)
    long.locator(".card__line").scroll_into_view_if_needed()
    expect(button).to_be_in_viewport(ratio=0.9)


def test_a_text_from_right_to_left_is_not_below_the_box(phone: Page) -> None:
    mine = card(phone, "שלום")
    mine.scroll_into_view_if_needed()
    box = mine.locator(".card__select").bounding_box()
    assert box is not None
    for line in boxes(mine.locator(".card__body p")):
        assert line["right"] <= box["x"] or line["top"] >= box["y"] + box["height"]


@pytest.mark.parametrize("status", ["spam", "withdrawn"])
def test_a_phone_shows_which_list_is_open(phone: Page, status: str) -> None:
    phone.goto(f"/moderation/?status={status}")
    expect(phone.locator(".filters [aria-current]")).to_be_in_viewport(ratio=0.9)
    phone.goto("/moderation/account")
    expect(phone.locator(".site-header [aria-current]")).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_with_lists_opens_at_its_top(open_page: OpenPage, blog: Served, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 300})
    sign_in(page, blog, "Cleo")
    page.locator(".view-decision").get_by_role("button", name="Decide on all").click()
    page.locator(".selection--proposed").get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status")).to_contain_text("Cleo approved 2 comments at once.")
    assert page.evaluate("scrollY") == 0
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".message__text")).to_contain_text("undid")


def test_a_long_name_does_not_widen_the_log(phone: Page) -> None:
    phone.goto("/moderation/log")
    assert phone.evaluate(WIDER) == 0


def test_a_long_label_leaves_room_for_its_fact(open_page: OpenPage, blog: Served) -> None:
    page = open_page(viewport=PHONE)
    sign_in(page, blog, "Ada")
    page.goto("/moderation/site")
    page.locator(".facts dt").last.evaluate("label => { label.textContent = 'Ausstehende, gescheiterte E-Mails'; }")
    assert page.locator(".facts dd").last.evaluate("fact => fact.offsetWidth") > PHONE["width"] / 3


def test_the_sentence_about_a_withdrawn_comment_is_not_torn_apart(page: Page, blog: Served) -> None:
    sign_in(page, blog, "Cleo")
    page.goto("/moderation/?status=withdrawn")
    before, day, after = boxes(card(page, "Taken back.").locator(".card__decision"))
    assert day["left"] - before["right"] < 10
    assert after["left"] - day["right"] < 10
