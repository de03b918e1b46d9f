"""Recovery codes."""

from flask import Flask
from sqlalchemy import select

from blog.extensions import db
from blog.moderation import passkeys, recovery_codes, second_factor_setup
from blog.moderation.models import Moderator, RecoveryCode
from tests.support.clients import PASSWORD, Visitor
from tests.support.rows import account_actions
from tests.support.second_factors import add_app, add_passkey


def test_a_recovery_code_works_once_however_it_is_typed(app: Flask, cleo: Moderator) -> None:
    _, codes = add_app(cleo)
    assert recovery_codes.use(cleo, codes[0].upper().replace("-", " "))
    assert not recovery_codes.use(cleo, codes[0])
    assert recovery_codes.count_left(cleo) == 9
    visitor = Visitor(app)
    visitor.sign_in("Cleo")
    assert visitor.press("Continue", code=codes[1]).status_code == 303
    assert "Signed in as Cleo" in visitor.text
    assert account_actions()[:2] == ["recovery_code_used", "recovery_code_used"]


def test_recovery_codes_are_stored_as_hashes_and_new_ones_replace_them(visitor: Visitor, cleo: Moderator) -> None:
    _, codes = add_app(cleo)
    stored = " ".join(db.session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    visitor.visit("/moderation/account")
    assert visitor.press("Make new codes", password=PASSWORD).status_code == 200
    db.session.rollback()
    assert recovery_codes.count_left(cleo) == 10
    assert not recovery_codes.use(cleo, codes[0])


def test_recovery_codes_are_deleted_with_the_app_if_it_was_the_last_factor(visitor: Visitor, cleo: Moderator) -> None:
    _, codes = add_app(cleo)
    visitor.visit("/moderation/account")
    visitor.press("Remove", password=PASSWORD)
    assert "The authenticator app is removed. Your recovery codes no longer work." in visitor.text
    assert account_actions()[:2] == ["recovery_codes_removed", "totp_removed"]
    db.session.refresh(cleo)
    _, fresh = add_app(cleo)
    assert not recovery_codes.use(cleo, codes[0])
    assert recovery_codes.use(cleo, fresh[0])


def test_recovery_codes_stay_while_there_is_another_second_factor(visitor: Visitor, cleo: Moderator) -> None:
    add_app(cleo)
    passkey = add_passkey(cleo)
    passkeys.remove(cleo, passkey.id)
    assert recovery_codes.count_left(cleo) == 10
    add_passkey(cleo)
    visitor.visit("/moderation/account")
    visitor.press("Remove", password=PASSWORD)
    assert "recovery codes no longer work" not in visitor.text
    assert "10 codes are left." in visitor.text


def test_recovery_codes_are_deleted_with_the_last_passkey(cleo: Moderator) -> None:
    first, last = add_passkey(cleo), add_passkey(cleo)
    second_factor_setup.new_recovery_codes(cleo)
    passkeys.remove(cleo, first.id)
    assert recovery_codes.count_left(cleo) == 10
    passkeys.remove(cleo, last.id)
    assert recovery_codes.count_left(cleo) == 0
    assert account_actions()[:2] == ["recovery_codes_removed", "passkey_removed"]
