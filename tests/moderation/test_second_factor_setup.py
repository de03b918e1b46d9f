"""Second factors are added, removed and reset."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from blog.database import utc_now
from blog.moderation import accounts
from blog.moderation.models import Moderator
from blog.moderation.roles import Role
from tests.support.clients import PASSWORD, Visitor
from tests.support.rows import account_actions
from tests.support.second_factors import add_app, code_at


def test_an_app_is_added_by_its_code_and_asked_for_from_then_on(app: Flask, visitor: Visitor, cleo: Moderator) -> None:
    visitor.visit("/moderation/account/authenticator")
    assert "<svg" in visitor.text
    found = re.search(r'account__secret">([A-Z2-7 ]+)<', visitor.text)
    assert found is not None
    secret = found[1].replace(" ", "")
    answer = visitor.press("Add the app", code=code_at(secret, utc_now()), password=PASSWORD)
    assert answer.status_code == 200
    assert len(re.findall(r"<li><code>[a-z2-7]{4}(-[a-z2-7]{4}){3}</code>", answer.text)) == 10
    assert account_actions()[:2] == ["recovery_codes_made", "totp_added"]

    other = Visitor(app)
    assert other.sign_in("Cleo").status_code == 303
    assert other.page.request.path == "/moderation/login/second-step"
    assert other.ask("/moderation/").headers["Location"].startswith("/moderation/login/second-step")
    assert other.press("Continue", code=code_at(secret, utc_now() + timedelta(seconds=30))).status_code == 303
    assert "Signed in as Cleo" in other.text


@pytest.mark.parametrize(
    ("code", "password", "text"),
    [
        ("000000", PASSWORD, "This code is wrong."),
        ("", PASSWORD, "Please give the code."),
        ("right", "wrong horse battery", "not your current"),
    ],
)
def test_an_app_is_not_added_without_code_and_password(visitor: Visitor, code: str, password: str, text: str) -> None:
    visitor.visit("/moderation/account/authenticator")
    assert visitor.press("Add the app", code=code, password=password).status_code == 422
    assert text in visitor.text
    assert "totp_added" not in account_actions()


def test_an_app_is_removed_with_the_password_only(visitor: Visitor, cleo: Moderator) -> None:
    add_app(cleo)
    visitor.visit("/moderation/account")
    assert visitor.press("Remove", password="wrong horse battery").status_code == 422
    assert visitor.press("Remove", password=PASSWORD).status_code == 303
    assert "totp_removed" in account_actions()
    assert accounts.named("Cleo").totp_secret is None


def test_an_administrator_resets_the_second_factor_of_somebody_else(app: Flask, cleo: Moderator) -> None:
    add_app(cleo)
    accounts.add("Ada", PASSWORD, Role.ADMINISTRATOR)
    administrator = Visitor(app)
    administrator.sign_in("Ada")
    administrator.visit("/moderation/accounts")
    assert administrator.press("Reset the second factor").status_code == 303
    assert account_actions()[0] == "second_factor_reset"
    visitor = Visitor(app)
    visitor.sign_in("Cleo")
    assert "Signed in as Cleo" in visitor.text
