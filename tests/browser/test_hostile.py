"""Hostile comments in a real browser: nothing in them runs, calls another host or leaves its element."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from blog.comments.forms import MAX_BODY, MAX_NAME
from blog.comments.models import Comment, Status
from blog.extensions import db
from blog.markup.comment_links import is_publishable
from blog.markup.comment_sanitizer import ALLOWED
from blog.moderation.decisions import decide
from blog.moderation.models import Moderator
from tests.attack.payloads import PAYLOADS
from tests.support.browser_faults import Faults
from tests.support.browsers import add_moderator, open_article, send_comment, sign_in, write_comment
from tests.support.servers import Served

BODIES = ".comment__body, .card__body"
ELEMENTS = """bodies => [...document.querySelectorAll(bodies)].flatMap(body => [...body.querySelectorAll("*")]).map(
    element => [element.localName, ...element.getAttributeNames()])"""
LINKS = """bodies => [...document.querySelectorAll(bodies)].flatMap(body => [...body.querySelectorAll("a")]).map(
    link => [link.getAttribute("href"), link.rel])"""
HANDLERS = """() => [...document.querySelectorAll("*")].flatMap(
    element => element.getAttributeNames().filter(name => name.startsWith("on")))"""


@dataclass(frozen=True)
class Sent:
    """The result of sending the payloads: the article with those that were stored, and those that were refused."""

    article: str
    stored: int
    refused: list[str]


@pytest.fixture(scope="module")
def sent(blog: Served) -> Sent:
    """Send all payloads as the text of a comment and, if accepted, as its author's name."""
    article = open_article(blog)
    refused = []
    for number, payload in enumerate(PAYLOADS):
        for name in (payload[:MAX_NAME], f"Mallory {number}"):
            answer = blog.post(
                f"{article}/comments", name=name, email=f"mallory-{number}@example.org", website="", body=payload
            )
            if answer.status == 303:
                break
            assert answer.status == 422, payload
        else:
            refused.append(payload)
    return Sent(article, len(PAYLOADS) - len(refused), refused)


def assert_harmless(page: Page) -> None:
    """Assert that nothing ran on ``page``, and that comments have only allowed elements."""
    assert page.evaluate("typeof window.hacked") == "undefined"
    assert page.evaluate(HANDLERS) == []
    for name, *attributes in page.evaluate(ELEMENTS, BODIES):
        assert name in ALLOWED
        assert set(attributes) <= ALLOWED[name] | ({"rel"} if name == "a" else set())
    for href, relation in page.evaluate(LINKS, BODIES):
        assert is_publishable(href), href
        assert {"nofollow", "ugc", "noopener"} <= set(relation.split()), href


def approve_all(blog: Served, moderator_name: str) -> None:
    with blog.rows():
        moderator = db.session.scalars(select(Moderator).where(Moderator.name == moderator_name)).one()
        for comment in db.session.scalars(select(Comment).where(Comment.status == Status.PENDING)).all():
            decide(
                comment.id,
                to=Status.APPROVED,
                revision=comment.revision,
                version=comment.version,
                moderator=moderator,
                reason=comment.body[:200],
            )


def walk(page: Page) -> int:
    """Open all pages of a list, check that each is harmless, and count the comments."""
    seen = 0
    while True:
        assert_harmless(page)
        seen += page.locator(BODIES).count()
        more = page.get_by_role("link", name="More comments").or_(page.locator('a[rel="next"][href*="#"]'))
        if not more.count():
            return seen
        more.first.click()


def test_no_stored_payload_does_anything_to_a_moderator_or_a_reader(page: Page, blog: Served, sent: Sent) -> None:
    assert sent.stored >= 150
    add_moderator(blog, "Cleo")
    sign_in(page, blog, "Cleo")
    assert walk(page) == sent.stored

    approve_all(blog, "Cleo")
    page.goto("/moderation/log")
    assert_harmless(page)
    page.goto(sent.article)
    assert walk(page) == sent.stored


def packed(texts: list[str]) -> list[str]:
    """The texts, joined into as few comments as possible."""
    whole = [""]
    for text in texts:
        if len(whole[-1]) + len(text) + 2 > MAX_BODY:
            whole.append("")
        whole[-1] += f"{text}\n\n"
    return whole


def test_a_refused_payload_is_shown_again_as_text(page: Page, sent: Sent, faults: Faults) -> None:
    faults.allow("status of 422")
    for text in packed(sent.refused):
        page.goto(sent.article)
        write_comment(page, text, name="Mallory")
        send_comment(page)
        expect(page.locator("#form-errors")).to_be_visible()
        assert_harmless(page)
