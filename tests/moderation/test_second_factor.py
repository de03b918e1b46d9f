"""Authenticator apps, recovery codes and the second step of signing in."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from blog.config import Settings
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import account_log, accounts, login_attempts, recovery_codes, second_factor_setup, sessions, totp
from blog.moderation.models import Moderator, ModeratorSession, RecoveryCode
from blog.moderation.roles import Role
from tests.support.clients import PASSWORD, Visitor


def code_at(secret: str, time: datetime) -> str:
    return pyotp.TOTP(secret).at(time)


def add_app(moderator: Moderator) -> tuple[str, list[str]]:
    """Give an account an app whose first code was used some time ago; return its secret and the recovery codes."""
    secret = totp.new_secret()
    codes = second_factor_setup.add_totp(moderator, secret, code_at(secret, utc_now() - timedelta(seconds=30)))
    assert codes is not None
    db.session.refresh(moderator)
    return secret, codes


def actions() -> list[str]:
    db.session.rollback()
    return [event.action for event in account_log.event_page().events]


def test_an_app_is_added_by_its_code_and_asked_for_from_then_on(app: Flask, visitor: Visitor, cleo: Moderator) -> None:
    visitor.visit("/moderation/account/authenticator")
    assert "<svg" in visitor.text
    found = re.search(r'account__secret">([A-Z2-7 ]+)<', visitor.text)
    assert found is not None
    secret = found[1].replace(" ", "")
    answer = visitor.press("Add the app", code=code_at(secret, utc_now()), password=PASSWORD)
    assert answer.status_code == 200
    assert len(re.findall(r"<li><code>[a-z2-7]{4}(-[a-z2-7]{4}){3}</code>", answer.text)) == 10
    assert actions()[:2] == ["recovery_codes_made", "totp_added"]

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
        ("right", "wrong horse battery", "not your present"),
    ],
)
def test_an_app_is_not_added_without_code_and_password(visitor: Visitor, code: str, password: str, text: str) -> None:
    visitor.visit("/moderation/account/authenticator")
    assert visitor.press("Add the app", code=code, password=password).status_code == 422
    assert text in visitor.text
    assert "totp_added" not in actions()


def test_the_secret_is_stored_encrypted(cleo: Moderator) -> None:
    secret, _ = add_app(cleo)
    assert cleo.totp_secret is not None
    assert secret not in cleo.totp_secret
    assert totp.decrypt(cleo.totp_secret) == secret


def test_a_code_is_accepted_once_and_no_earlier_one_after_it(cleo: Moderator) -> None:
    secret, _ = add_app(cleo)
    now = utc_now()
    code, earlier = code_at(secret, now), code_at(secret, now - timedelta(seconds=30))
    assert totp.use_code(cleo, code)
    db.session.refresh(cleo)
    assert not totp.use_code(cleo, code)
    assert not totp.use_code(cleo, earlier)


def test_a_code_sent_ten_times_at_once_signs_in_once(app: Flask, cleo: Moderator) -> None:
    secret, _ = add_app(cleo)
    code, moderator_id = code_at(secret, utc_now()), cleo.id
    db.session.remove()

    def use(_: int) -> bool:
        with app.app_context():
            return totp.use_code(db.session.get_one(Moderator, moderator_id), code)

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(use, range(10))) == 1


@pytest.mark.parametrize(("seconds", "is_accepted"), [(-90, False), (0, True), (30, True), (90, False)])
def test_a_clock_may_be_wrong_by_one_step(cleo: Moderator, seconds: int, is_accepted: bool) -> None:
    secret, _ = add_app(cleo)
    assert totp.use_code(cleo, code_at(secret, utc_now() + timedelta(seconds=seconds))) is is_accepted


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "0" * 900])
def test_only_six_digits_are_a_code(cleo: Moderator, code: str) -> None:
    secret, _ = add_app(cleo)
    assert totp.matching_step(secret, code, 0) is None


def test_a_recovery_code_works_once_however_it_is_typed(app: Flask, cleo: Moderator) -> None:
    _, codes = add_app(cleo)
    assert recovery_codes.use(cleo, codes[0].upper().replace("-", " "))
    assert not recovery_codes.use(cleo, codes[0])
    assert recovery_codes.count_left(cleo) == 9
    visitor = Visitor(app)
    visitor.sign_in("Cleo")
    assert visitor.press("Continue", code=codes[1]).status_code == 303
    assert "Signed in as Cleo" in visitor.text
    assert actions()[:2] == ["recovery_code_used", "recovery_code_used"]


def test_recovery_codes_are_stored_as_hashes_and_new_ones_replace_them(visitor: Visitor, cleo: Moderator) -> None:
    _, codes = add_app(cleo)
    stored = " ".join(db.session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    visitor.visit("/moderation/account")
    assert visitor.press("Make new codes", password=PASSWORD).status_code == 200
    db.session.rollback()
    assert recovery_codes.count_left(cleo) == 10
    assert not recovery_codes.use(cleo, codes[0])


def test_guesses_of_codes_are_limited(app: Flask, cleo: Moderator) -> None:
    _, codes = add_app(cleo)
    visitor = Visitor(app)
    visitor.sign_in("Cleo")
    answers = [visitor.press("Continue", code="000000").status_code for _ in range(login_attempts.PER_SECOND_STEP + 1)]
    assert answers == [401] * login_attempts.PER_SECOND_STEP + [429]
    assert visitor.press("Continue", code=codes[0]).status_code == 429


def test_the_password_alone_opens_nothing_and_is_no_session(app: Flask, visitor: Visitor, cleo: Moderator) -> None:
    add_app(cleo)
    thief = Visitor(app, "198.51.100.7")
    thief.sign_in("Cleo")
    for page in ("/moderation/", "/moderation/account", "/moderation/log"):
        assert thief.ask(page).status_code == 302
    assert [row.network for row in sessions.listing(cleo)] == ["203.0.113.0/24"]
    thief.press("Continue", code="000000")
    thief.ask("/moderation/logout", "POST", data=thief.form("Continue").fields)
    assert visitor.ask("/moderation/").status_code == 200


def test_a_second_step_waits_ten_minutes(app: Flask, cleo: Moderator) -> None:
    _, codes = add_app(cleo)
    visitor = Visitor(app)
    visitor.sign_in("Cleo")
    with write_transaction(db.session()) as session:
        for row in session.scalars(select(ModeratorSession)):
            row.started_at -= timedelta(minutes=11)
    assert visitor.press("Continue", code=codes[0]).headers["Location"].startswith("/moderation/login")


def test_an_app_is_removed_with_the_password_only(visitor: Visitor, cleo: Moderator) -> None:
    add_app(cleo)
    visitor.visit("/moderation/account")
    assert visitor.press("Remove", password="wrong horse battery").status_code == 422
    assert visitor.press("Remove", password=PASSWORD).status_code == 303
    assert actions()[0] == "totp_removed"
    assert accounts.named("Cleo").totp_secret is None


def test_an_administrator_resets_the_second_factor_of_somebody_else(app: Flask, cleo: Moderator) -> None:
    add_app(cleo)
    accounts.add("Ada", PASSWORD, Role.ADMINISTRATOR)
    administrator = Visitor(app)
    administrator.sign_in("Ada")
    administrator.visit("/moderation/accounts")
    assert administrator.press("Reset the second factor").status_code == 303
    assert actions()[0] == "second_factor_reset"
    visitor = Visitor(app)
    visitor.sign_in("Cleo")
    assert "Signed in as Cleo" in visitor.text


def test_another_secret_key_refuses_codes_and_tells_the_operator(
    app: Flask, cleo: Moderator, caplog: pytest.LogCaptureFixture
) -> None:
    secret, codes = add_app(cleo)
    app.config["SECRET_KEY"] = "x" * 40
    assert not totp.use_code(cleo, code_at(secret, utc_now()))
    assert "blog moderator reset-second-factor" in caplog.text
    assert recovery_codes.use(cleo, codes[0])


class TestRequired:
    """BLOG_REQUIRE_2FA=on."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, require_2fa=True)

    def test_whoever_has_none_gets_no_further_than_adding_one(self, visitor: Visitor) -> None:
        assert visitor.page.request.path == "/moderation/account"
        assert "Add a second factor first" in visitor.text
        for page in ("/moderation/", "/moderation/log"):
            assert visitor.ask(page).headers["Location"] == "/moderation/account"
        assert visitor.visit("/moderation/account/authenticator").status_code == 200

    def test_whoever_has_one_goes_on(self, app: Flask, cleo: Moderator) -> None:
        _, codes = add_app(cleo)
        visitor = Visitor(app)
        visitor.sign_in("Cleo")
        visitor.press("Continue", code=codes[0])
        assert visitor.page.request.path == "/moderation/"
