"""Accounts in the browser: passkeys of Chromium's virtual authenticator, an app's code, an invitation."""

import re
import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Page, Route, expect

from blog.moderation import accounts
from blog.moderation.roles import Role
from tests.browser.conftest import OpenPage
from tests.support.axe import violations
from tests.support.browser_faults import Faults
from tests.support.browsers import add_moderator, sign_in
from tests.support.clients import PASSWORD
from tests.support.ports import free_port
from tests.support.screens import PHONE
from tests.support.servers import Served, served


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A blog under the name ``localhost``, because browsers offer no passkeys for an IP address."""
    port = free_port()
    with served(tmp_path_factory.mktemp("blog"), port, BLOG_URL=f"http://localhost:{port}") as blog:
        yield blog


@pytest.fixture
def at_localhost(open_page: OpenPage, blog: Served, faults: Faults) -> Page:
    faults.origin = f"http://localhost:{blog.port}"
    return open_page(base_url=f"http://localhost:{blog.port}")


def add_authenticator(page: Page) -> None:
    """Give the browser a virtual device that stores passkeys and confirms that its owner is present."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def answer_late(route: Route) -> None:
    """Let the answer come after the second click of a double click."""
    answer = route.fetch()
    time.sleep(0.3)
    route.fulfill(response=answer)


def test_a_passkey_is_added_and_then_signs_in_alone(at_localhost: Page, blog: Served) -> None:
    page = at_localhost
    add_moderator(blog, "Cleo")
    add_authenticator(page)
    sign_in(page, blog, "Cleo")
    page.goto("/moderation/account")
    form = page.locator("form[data-passkey-create]")
    form.get_by_label("Name of the passkey").fill("Laptop")
    form.get_by_label("Your password").fill(PASSWORD)
    form.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator(".account__codes li")).to_have_count(10)
    assert not violations(page)

    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/moderation/")
    expect(page.get_by_text("Signed in as Cleo")).to_be_visible()
    page.goto("/moderation/account")
    expect(page.locator(".rows__title", has_text="Laptop")).to_be_visible()
    assert not violations(page)


def test_a_wrong_password_says_so_and_creates_no_passkey(at_localhost: Page, blog: Served, faults: Faults) -> None:
    faults.allow("status of 422")
    page = at_localhost
    add_moderator(blog, "Dan")
    add_authenticator(page)
    sign_in(page, blog, "Dan")
    page.goto("/moderation/account")
    form = page.locator("form[data-passkey-create]")
    form.get_by_label("Your password").fill("wrong horse battery")
    form.get_by_role("button", name="Add a passkey").click()
    expect(form.get_by_role("alert")).to_have_text("This is not your current password.")


def test_without_the_server_a_passkey_form_says_so_in_plain_words(
    at_localhost: Page, blog: Served, faults: Faults
) -> None:
    faults.allow("net::ERR_FAILED")
    page = at_localhost
    page.goto("/moderation/login")
    page.route("**/login/passkey-options", lambda route: route.abort())
    form = page.locator("form[data-passkey-get]")
    form.get_by_role("button").click()
    expect(form.locator("[data-passkey-message]")).to_have_text(form.get_attribute("data-failed") or "-")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_app_is_added_and_its_code_requested(
    open_page: OpenPage, blog: Served, faults: Faults, scripts: bool
) -> None:
    name = f"Eve {scripts}"
    add_moderator(blog, name)
    page = open_page(java_script_enabled=scripts)
    sign_in(page, blog, name)
    page.goto("/moderation/account")
    page.get_by_role("link", name="Add an app").click()
    secret = page.locator(".account__secret").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows").fill(pyotp.TOTP(secret).now())
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Add the app").click()
    code = page.locator(".account__codes li").first.inner_text()
    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile("second-step"))
    if scripts:
        assert not violations(page)
    page.get_by_label("Code").fill(code)
    page.route("**/second-step*", answer_late)
    page.get_by_role("button", name="Continue").click(click_count=2 if scripts else 1, delay=80)
    expect(page.get_by_text(f"Signed in as {name}")).to_be_visible()


def test_somebody_is_invited_once_and_joins_on_a_phone(open_page: OpenPage, blog: Served) -> None:
    with blog.rows():
        accounts.add("Ada", PASSWORD, Role.ADMINISTRATOR)
    page = open_page()
    sign_in(page, blog, "Ada")
    page.goto("/moderation/accounts")
    page.route("**/invitations", answer_late)
    page.get_by_role("button", name="Make a link").click(click_count=2, delay=80)
    expect(page.get_by_role("button", name="Revoke")).to_have_count(1)
    link = page.locator(".account__secret").inner_text()
    phone = open_page(viewport=PHONE, has_touch=True)
    phone.goto("/moderation/invitations/" + link.rpartition("/")[2])
    assert not violations(phone)
    phone.get_by_label("Name").fill("Gus")
    phone.get_by_label("Password").fill("vier grüne elefanten")
    phone.route("**/invitations/*", answer_late)
    phone.get_by_role("button", name="Create the account").click(click_count=2, delay=80)
    expect(phone.get_by_text("Signed in as Gus")).to_have_count(1)  # a phone has no room for it
