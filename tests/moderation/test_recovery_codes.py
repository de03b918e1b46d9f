"""Recovery codes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import passkeys, recovery_codes, second_factor_setup
from blog.moderation.models import Moderator, RecoveryCode
from tests.support.clients import PASSWORD, Visitor
from tests.support.rows import account_actions
from tests.support.second_factors import add_app, add_passkey
from tests.support.waiting import wait_until


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


def test_a_factor_that_is_added_just_after_another_one_makes_no_codes(
    app: Flask, cleo: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleo_id, shown = cleo.id, []

    @contextmanager
    def late(session: Session) -> Iterator[Session]:
        monkeypatch.setattr(second_factor_setup, "write_transaction", write_transaction)
        with app.app_context():
            shown.extend(add_app(db.session.get_one(Moderator, cleo_id))[1])
        with write_transaction(session) as transaction:
            yield transaction

    monkeypatch.setattr(second_factor_setup, "write_transaction", late)
    assert add_app(cleo)[1] == []
    assert recovery_codes.use(cleo, shown[0])


@pytest.mark.only_on("postgresql", reason="SQLite has one writer at a time")
def test_codes_are_counted_when_whoever_adds_another_factor_has_finished(app: Flask, cleo: Moderator) -> None:
    cleo_id = cleo.id

    def make() -> list[str]:
        with app.app_context(), write_transaction(db.session()) as session:
            return recovery_codes.make_if_none(session, session.get_one(Moderator, cleo_id))

    with ThreadPoolExecutor(1) as pool:
        with write_transaction(db.session()) as session:
            assert len(recovery_codes.make_if_none(session, cleo)) == 10
            second = pool.submit(make)
            wait_until(lambda: second.done() or is_somebody_waiting())
            assert not second.done()
        assert second.result() == []
    assert recovery_codes.count_left(cleo) == 10


def is_somebody_waiting() -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with db.engine.connect() as connection:
        return bool(connection.scalar(text(waiting)))
