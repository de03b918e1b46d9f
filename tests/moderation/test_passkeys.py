"""Passkeys on the server, with an authenticator in software."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from blog.config import Settings
from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import accounts, passkeys
from blog.moderation.models import Moderator, Passkey
from tests.support.authenticator import USER_PRESENT, Authenticator
from tests.support.clients import PASSWORD, Visitor
from tests.support.rows import account_actions
from tests.support.second_factors import add_app

ORIGIN = "http://localhost"


@pytest.fixture
def authenticator() -> Authenticator:
    return Authenticator(ORIGIN, "localhost")


def options(visitor: Visitor, path: str, **fields: str) -> Any:  # noqa: ANN401
    token = visitor.forms()[0].fields["csrf_token"]
    answer = visitor.ask(path, "POST", data={"csrf_token": token} | fields)
    return json.loads(answer.text)


def send(visitor: Visitor, path: str, credential: str, **fields: str) -> int:
    token = visitor.forms()[0].fields["csrf_token"]
    answer = visitor.ask(path, "POST", data={"csrf_token": token, "credential": credential} | fields)
    visitor._show(answer)
    return answer.status_code


def add(visitor: Visitor, authenticator: Authenticator, password: str = PASSWORD) -> int:
    visitor.visit("/moderation/account")
    asked = options(visitor, "/moderation/account/passkey-options", name="Phone", password=password)
    return send(visitor, "/moderation/account/passkeys", authenticator.create(asked), name="Phone")


def sign_in(visitor: Visitor, authenticator: Authenticator) -> int:
    visitor.visit("/moderation/login")
    asked = options(visitor, "/moderation/login/passkey-options")
    return send(visitor, "/moderation/login/passkey", authenticator.get(asked))


def test_a_passkey_is_added_and_signs_in_without_a_name(
    app: Flask, visitor: Visitor, authenticator: Authenticator
) -> None:
    assert add(visitor, authenticator) == 200
    assert "Recovery codes" in visitor.text
    other = Visitor(app)
    assert sign_in(other, authenticator) == 303
    assert "Signed in as Cleo" in other.text
    assert account_actions()[:2] == ["recovery_codes_made", "passkey_added"]


def test_a_passkey_that_is_added_just_after_an_app_makes_no_codes(
    app: Flask, visitor: Visitor, cleo: Moderator, authenticator: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleo_id = cleo.id
    visitor.visit("/moderation/account")
    asked = options(visitor, "/moderation/account/passkey-options", name="Phone", password=PASSWORD)

    @contextmanager
    def late(session: Session) -> Iterator[Session]:
        with app.app_context():
            add_app(db.session.get_one(Moderator, cleo_id))
        with write_transaction(session) as transaction:
            yield transaction

    monkeypatch.setattr("blog.moderation.passkey_ceremonies.write_transaction", late)
    assert send(visitor, "/moderation/account/passkeys", authenticator.create(asked), name="Phone") == 303
    assert account_actions()[:3] == ["passkey_added", "recovery_codes_made", "totp_added"]


def test_options_name_no_credential_and_no_account(stranger: Visitor, visitor: Visitor) -> None:
    add(visitor, Authenticator(ORIGIN, "localhost"))
    stranger.visit("/moderation/login")
    asked = options(stranger, "/moderation/login/passkey-options")
    assert not asked.get("allowCredentials")
    assert asked["userVerification"] == "required"
    assert "Cleo" not in json.dumps(asked)


def test_only_discoverable_credentials_are_made(visitor: Visitor) -> None:
    visitor.visit("/moderation/account")
    asked = options(visitor, "/moderation/account/passkey-options", name="", password=PASSWORD)
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"


def test_a_wrong_password_creates_nothing(visitor: Visitor) -> None:
    visitor.visit("/moderation/account")
    asked = options(visitor, "/moderation/account/passkey-options", name="", password="wrong horse battery")
    assert asked == {"error": "This is not your current password."}


def test_the_password_alone_leads_to_the_second_step_which_a_passkey_takes(
    app: Flask, visitor: Visitor, authenticator: Authenticator
) -> None:
    add(visitor, authenticator)
    other = Visitor(app)
    other.sign_in("Cleo")
    assert other.page.request.path == "/moderation/login/second-step"
    asked = options(other, "/moderation/login/passkey-options")
    assert send(other, "/moderation/login/passkey", authenticator.get(asked), next="/moderation/log") == 303
    assert other.page.request.path == "/moderation/log"


def test_an_answer_counts_once(app: Flask, visitor: Visitor, authenticator: Authenticator) -> None:
    add(visitor, authenticator)
    other = Visitor(app)
    other.visit("/moderation/login")
    asked = options(other, "/moderation/login/passkey-options")
    with other.session() as session:
        before = dict(session)
    answer = authenticator.get(asked)
    assert send(other, "/moderation/login/passkey", answer) == 303
    thief = Visitor(app)
    thief.visit("/moderation/login")
    with thief.session() as session:
        session.update(before)
    thief.visit("/moderation/login")
    assert send(thief, "/moderation/login/passkey", answer) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"flags": USER_PRESENT},
        {"handle": "AAAA"},
        {"credential_id": b"another"},
    ],
)
def test_an_answer_for_another_site_or_without_its_owner_is_refused(
    app: Flask, visitor: Visitor, authenticator: Authenticator, change: dict[str, Any]
) -> None:
    add(visitor, authenticator)
    other = Visitor(app)
    assert sign_in(other, replace(authenticator, **change)) == 401
    assert "This passkey does not open an account here." in other.text


@pytest.mark.parametrize(
    "credential", ["", "{", "[]", "null", '{"id": 1}', '{"id": "a", "response": {}}', "[" * 19_000]
)
def test_a_malformed_answer_is_refused(stranger: Visitor, credential: str) -> None:
    stranger.visit("/moderation/login")
    options(stranger, "/moderation/login/passkey-options")
    assert send(stranger, "/moderation/login/passkey", credential) == 401


def test_a_passkey_of_a_disabled_account_opens_nothing(
    app: Flask, visitor: Visitor, authenticator: Authenticator
) -> None:
    add(visitor, authenticator)
    accounts.disable("Cleo")
    assert sign_in(Visitor(app), authenticator) == 401


def test_a_passkey_is_removed_with_the_password_only(visitor: Visitor, authenticator: Authenticator) -> None:
    add(visitor, authenticator)
    visitor.visit("/moderation/account")
    assert visitor.press("Remove", password="wrong horse battery").status_code == 422
    assert visitor.press("Remove", password=PASSWORD).status_code == 303
    db.session.rollback()
    assert db.session.query(Passkey).count() == 0


def test_nobody_removes_the_passkey_of_somebody_else(
    visitor: Visitor, dan: Moderator, authenticator: Authenticator
) -> None:
    add(visitor, authenticator)
    db.session.rollback()
    passkey = db.session.query(Passkey).one()
    assert not passkeys.remove(dan, passkey.id)


class TestOnAnAddress:
    """Browsers offer no passkeys for an IP address."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, url="http://192.0.2.1")

    def test_nothing_is_offered(self, visitor: Visitor) -> None:
        assert "Passkeys need HTTPS and a host name." in visitor.visit("/moderation/account").text
        assert "data-passkey" not in visitor.text
