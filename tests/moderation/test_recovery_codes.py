"""Recovery codes."""

from flask import Flask
from sqlalchemy import select

from blog.extensions import db
from blog.moderation import recovery_codes
from blog.moderation.models import Moderator, RecoveryCode
from tests.support.clients import PASSWORD, Visitor
from tests.support.rows import account_actions
from tests.support.second_factors import add_app


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
