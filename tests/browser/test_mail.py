"""Mail about a comment, from the form to the last mail, with and without a script, and on a phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.axe import violations
from tests.support.browsers import add_moderator, card, open_article, send_comment, sign_in, write_comment
from tests.support.ports import free_port
from tests.support.screens import PHONE, WIDER
from tests.support.servers import Served, served
from tests.support.smtp_server import FakeMailServer, Received, mail_server
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def mail() -> Iterator[FakeMailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory, mail: FakeMailServer) -> Iterator[Served]:
    """A blog that sends mail and trusts people who confirm."""
    port = free_port()
    environment = {
        "BLOG_URL": f"http://127.0.0.1:{port}",
        "BLOG_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
        "BLOG_MAIL_FROM": "blog@example.org",
        "BLOG_COMMENTS": "first",
        "BLOG_COMMENT_RATE": "1000 per minute",
    }
    with served(tmp_path_factory.mktemp("blog"), port, **environment) as blog:
        add_moderator(blog, "Cleo")
        yield blog


def newest(mail: FakeMailServer, address: str, count: int) -> Received:
    """Wait for mail number ``count`` to an address, and return it."""
    wait_until(lambda: len(mail.to(address)) >= count)
    return mail.to(address)[count - 1]


def link(received: Received, kind: str) -> str:
    match = re.search(rf"http://\S+/comments/mail/{kind}/\S+", received.text)
    assert match, received.text
    return match[0]


def assert_accessible(page: Page) -> None:
    if page.evaluate(WIDER) > 0:
        pytest.fail(f"{page.url} scrolls sideways")
    assert violations(page) == []


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}, {"viewport": PHONE}], ids=str)
def test_a_commenter_who_wants_mail_confirms_and_becomes_trusted(
    open_page: OpenPage, blog: Served, mail: FakeMailServer, options: dict[str, object]
) -> None:
    page = open_page(**options)
    has_script = options.get("java_script_enabled", True)
    number = len(str(options))
    # Short texts: a long one that is typed within three seconds would be held.
    email, first, second = f"bea.{number}@example.org", f"First {number}.", f"Second {number}."
    page.goto(open_article(blog))
    write_comment(page, first, email=email)
    page.get_by_label("Mail me the decision").check()
    send_comment(page)
    expect(page.get_by_text("Mail about it begins when you confirm your address")).to_be_visible()
    if has_script:
        assert_accessible(page)

    page.goto(link(newest(mail, email, 1), "confirmation"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this your comment?")
    if has_script:
        assert_accessible(page)
    page.get_by_role("button", name="Yes, this is my comment").click()
    expect(page.get_by_role("status").first).to_contain_text("It is confirmed that this comment is yours.")
    expect(page.get_by_text("You get mail about the decision")).to_be_visible()

    moderator = open_page()
    sign_in(moderator, blog, "Cleo")
    card(moderator, first).get_by_role("button", name="Approve").click()
    published = newest(mail, email, 2)
    assert "is published" in published.message["Subject"]

    page.goto(open_article(blog))
    write_comment(page, second, email=email)
    send_comment(page)
    expect(page.get_by_text("It is waiting for a moderator.")).to_be_visible()
    page.goto(link(newest(mail, email, 3), "confirmation"))
    page.get_by_role("button", name="Yes, this is my comment").click()
    expect(page.get_by_text("It is published.")).to_be_visible()

    page.goto(link(published, "unsubscription"))
    page.get_by_role("button", name="No more mail about it").click()
    expect(page.get_by_role("status")).to_have_text("You get no mail about this comment.")
    if has_script:
        assert_accessible(page)
    assert page.context.cookies() == []


def test_the_link_of_a_receipt_comes_by_mail(page: Page, blog: Served, mail: FakeMailServer) -> None:
    page.goto(open_article(blog))
    write_comment(page, "Where was it?", email="dan@example.org")
    send_comment(page)
    page.wait_for_url("**/comments/*")
    receipt = page.url
    page.get_by_role("button", name="Mail me this link").click()
    expect(page.get_by_role("status").first).to_contain_text("a mail with this link is on its way")
    assert_accessible(page)
    assert receipt in newest(mail, "dan@example.org", 1).text


def test_an_address_can_be_blocked_for_all_mail(page: Page, blog: Served, mail: FakeMailServer) -> None:
    page.goto(open_article(blog))
    write_comment(page, "Not by Eve.", email="eve@example.org")
    page.get_by_label("Mail me the decision").check()
    send_comment(page)
    page.wait_for_url("**/comments/*")
    page.goto(link(newest(mail, "eve@example.org", 1), "block"))
    page.get_by_role("button", name="No more mail from this site").click()
    expect(page.get_by_role("status")).to_contain_text("You get no mail from this site")
    assert_accessible(page)
    page.get_by_role("button", name="Allow mail again").click()
    expect(page.get_by_role("button", name="No more mail from this site")).to_be_visible()
