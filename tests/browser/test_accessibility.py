"""axe-core finds nothing on any page, in the light or in the dark."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import (
    add_moderator,
    article_addresses,
    open_article,
    send_comment,
    sign_in,
    submitted,
    write_comment,
)
from tests.browser.axe import violations
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.watching import Faults
from tests.serving import Served


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    return open_page(color_scheme=request.param)


def test_reading(page: Page, blog: Served) -> None:
    found = []
    for address in ("/", "/?page=2", "/tags/", *article_addresses(blog)):
        page.goto(address)
        found += violations(page)
        if page.locator(".article__foot .tags a").count():
            page.locator(".article__foot .tags a").last.click()
            found += violations(page)
    assert not found, "\n".join(found)


def test_the_error_page(page: Page, faults: Faults) -> None:
    faults.allow("status of 404")
    page.goto("/nowhere")
    found = violations(page)
    assert not found, "\n".join(found)


def test_a_form_with_errors(page: Page, blog: Served, faults: Faults) -> None:
    faults.allow("status of 422")
    page.goto(open_article(blog))
    send_comment(page)
    expect(page.get_by_role("alert")).to_be_visible()
    found = violations(page)
    assert not found, "\n".join(found)


def test_a_receipt(page: Page, blog: Served) -> None:
    page.goto(open_article(blog))
    write_comment(page, "> A quote\n\nwith [a link](https://example.org/), `code` and\n\n1. a list")
    send_comment(page)
    expect(page.get_by_role("status")).to_be_visible()
    found = violations(page)
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def cleo(blog: Served) -> str:
    """A moderator's name; one comment waits and one was rejected."""
    add_moderator(blog, "Cleo")
    article = open_article(blog)
    for body in ("A comment to decide on.", "A comment that waits, with [a link](https://example.org/) and `code`."):
        submitted(blog, article, body)
    return "Cleo"


def test_signing_in(page: Page, faults: Faults) -> None:
    faults.allow("status of 4")
    page.goto("/moderation/login")
    found = violations(page)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    found += violations(page)
    assert not found, "\n".join(found)


def test_the_queue_a_comment_and_the_log(page: Page, cleo: str) -> None:
    sign_in(page, cleo)
    found = violations(page)
    page.locator(".card").first.get_by_role("button", name="Reject").click()
    expect(page.get_by_role("status")).to_be_visible()
    found += violations(page)
    for address in ("/moderation/?status=rejected", "/moderation/?status=approved", "/moderation/log"):
        page.goto(address)
        found += violations(page)
    page.get_by_role("link", name="The comment", exact=True).first.click()
    found += violations(page)
    page.get_by_role("button", name="Keys").click()
    found += violations(page)
    assert not found, "\n".join(found)


def test_a_phone(open_page: OpenPage, blog: Served) -> None:
    page = open_page(viewport=PHONE, has_touch=True)
    found = []
    for address in ("/", "/tags/", open_article(blog)):
        page.goto(address)
        found += violations(page)
    assert not found, "\n".join(found)
