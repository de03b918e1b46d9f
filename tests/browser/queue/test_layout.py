"""How much of the queue a moderator sees at once, on a wide screen and on a phone."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from blog.comments.models import Status
from blog.content.models import Article
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation.models import QueueClaim
from tests.browser.conftest import OpenPage
from tests.support.browsers import add_moderator, sign_in
from tests.support.factories import make_comment
from tests.support.screens import faults_in_light_and_dark
from tests.support.servers import Served, served

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 800}
MAX_CARD = 160
MAX_HEADER = 120
IN_VIEW = """[...document.querySelectorAll(".card")].filter(
    (card) => card.getBoundingClientRect().bottom <= innerHeight).length"""
TARGETS = """[...document.querySelectorAll(".card button:not([hidden]), .card__more, .filters__item")].map(
    (target) => target.getBoundingClientRect().height)"""


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Thirty short comments wait; some of their author's earlier comments were decided."""
    with served(tmp_path_factory.mktemp("blog")) as blog:
        add_moderator(blog, "Cleo")
        with blog.rows():
            article = db.session.scalars(Article.published().limit(1)).one()
            make_comment(article, status=Status.SPAM)
            parent = make_comment(article, "Warm the pot first.", status=Status.APPROVED, name="Dan", email="")
            for number in range(30):
                sent = utc_now() - timedelta(minutes=40 - number)
                make_comment(article, f"Number {number} is one line.", submitted_at=sent)
            make_comment(article, "A reply.", parent=parent)
        yield blog


@pytest.fixture(autouse=True)
def unclaimed(blog: Served) -> None:
    """Delete claims that browsers of earlier tests made."""
    with blog.rows(), write_transaction(db.session()) as session:
        session.execute(delete(QueueClaim))


@pytest.mark.parametrize(("viewport", "least"), [(WIDE, 10), (PHONE, 3)])
def test_many_comments_are_in_view_at_once(
    open_page: OpenPage, blog: Served, viewport: dict[str, int], least: int
) -> None:
    page = open_page(viewport=viewport)
    sign_in(page, blog, "Cleo")
    expect(page.locator(".card")).to_have_count(25)
    assert page.evaluate(IN_VIEW) >= least
    heights = [box["height"] for card in page.locator(".card").all() if (box := card.bounding_box())]
    assert max(heights) < MAX_CARD
    first = page.locator(".card").first.bounding_box()
    assert first is not None
    assert first["y"] < MAX_HEADER


def test_targets_are_large_on_a_phone(open_page: OpenPage, blog: Served) -> None:
    page = open_page(viewport=PHONE, has_touch=True)
    sign_in(page, blog, "Cleo")
    sizes = page.evaluate(TARGETS)
    assert len(sizes) > 25
    assert min(sizes) >= 44


def test_the_comment_comes_first_and_largest(page: Page, blog: Served) -> None:
    sign_in(page, blog, "Cleo")
    card = page.locator(".card").first
    sizes = [
        float(card.locator(part).evaluate("element => parseFloat(getComputedStyle(element).fontSize)"))
        for part in (".card__body p", ".card__title", ".card__history", ".card__details summary")
    ]
    assert sizes[0] == max(sizes)
    tops = [
        card.locator(part).evaluate("e => e.getBoundingClientRect().top") for part in (".card__body", ".card__line")
    ]
    assert tops[0] < tops[1]
    expect(card.locator(".card__title")).to_contain_text("min")
    expect(card.locator(".card__title time")).to_have_attribute("title", re.compile(r"\d"))
    expect(card.locator(".card__history")).to_have_text("spam 1")


def test_a_reply_shows_what_it_replies_to(page: Page, blog: Served) -> None:
    sign_in(page, blog, "Cleo")
    page.get_by_role("link", name="More comments").click()
    expect(page.locator(".card__parent")).to_contain_text("Warm the pot first.")


@pytest.mark.parametrize("viewport", [WIDE, PHONE])
def test_open_parts_of_a_card_are_accessible(open_page: OpenPage, blog: Served, viewport: dict[str, int]) -> None:
    page = open_page(viewport=viewport)
    sign_in(page, blog, "Cleo")
    page.locator(".card__details summary").first.click()
    page.locator(".card__more").first.click()
    expect(page.get_by_label("Reason, for the log").first).to_be_visible()
    assert faults_in_light_and_dark(page) == []
