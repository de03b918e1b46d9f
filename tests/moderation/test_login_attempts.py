"""Attempts to sign in are counted before they are answered."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import login_attempts
from blog.moderation.login_attempts import Budget, TooManyAttempts
from blog.moderation.models import Moderator, SignInAttempt
from tests.support.clients import PASSWORD, Visitor

BUDGETS = [Budget("account cleo", 3), Budget("network 203.0.113.0/24", 5)]


def counts() -> list[int]:
    db.session.rollback()
    return sorted(db.session.scalars(select(SignInAttempt.count)))


def test_a_budget_is_used_up_and_then_refused(app: Flask) -> None:
    for _ in range(3):
        login_attempts.take(BUDGETS)
    with pytest.raises(TooManyAttempts):
        login_attempts.take(BUDGETS)
    assert counts() == [3, 3]


def test_a_success_gives_its_attempt_back(app: Flask) -> None:
    login_attempts.take(BUDGETS)
    login_attempts.give_back(BUDGETS)
    login_attempts.give_back(BUDGETS)
    assert counts() == [0, 0]


def test_a_budget_is_full_again_after_its_time(app: Flask) -> None:
    for _ in range(3):
        login_attempts.take(BUDGETS)
    with write_transaction(db.session()) as session:
        for row in session.scalars(select(SignInAttempt)):
            row.ends_at -= timedelta(minutes=16)
    login_attempts.take(BUDGETS)
    assert counts() == [1, 1]


def test_expired_rows_are_deleted(app: Flask) -> None:
    for number in range(5):
        login_attempts.take([Budget(f"account {number}", 3)])
    with write_transaction(db.session()) as session:
        for row in session.scalars(select(SignInAttempt)):
            row.ends_at -= timedelta(minutes=16)
    login_attempts.take(BUDGETS[:1])
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 1


@pytest.mark.only_on("postgresql", reason="SQLite has one writer at a time")
def test_no_deleted_row_is_locked_while_an_attempt_is_counted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login_attempts, "PRUNE_BATCH_SIZE", 2)
    for number in range(5):
        login_attempts.take([Budget(f"account {number}", 3)])
    with write_transaction(db.session()) as session:
        for row in session.scalars(select(SignInAttempt)):
            row.ends_at -= timedelta(minutes=16)
    left = []

    def lock_all(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("INSERT INTO sign_in_attempt"):
            with db.engine.connect() as other:
                left.append(len(other.scalars(select(SignInAttempt.key_hash).with_for_update(nowait=True)).all()))

    event.listen(db.engine, "before_cursor_execute", lock_all)
    try:
        login_attempts.take(BUDGETS[:1])
    finally:
        event.remove(db.engine, "before_cursor_execute", lock_all)
    assert left == [3]


def test_nothing_that_was_typed_is_stored(app: Flask) -> None:
    Visitor(app).sign_in("my secret password", "wrong horse battery")
    stored = " ".join(db.session.scalars(select(SignInAttempt.key_hash)))
    assert len(stored.split()) == 2
    assert "secret" not in stored


@pytest.mark.slow_passwords
def test_sixty_guesses_at_once_stay_within_the_limit(app: Flask, cleo: Moderator) -> None:
    visitors = [Visitor(app, f"198.51.{number}.7") for number in range(60)]
    for visitor in visitors:
        visitor.visit("/moderation/login")
    forms = [visitor.form("Sign in") for visitor in visitors]
    db.session.remove()

    def guess(number: int) -> int:
        fields = forms[number].fields | {"name": "Cleo", "password": f"wrong horse battery {number}"}
        return visitors[number].ask(forms[number].action, "POST", data=fields).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(60)))
    assert 0 < answers.count(401) <= login_attempts.PER_ACCOUNT
    assert set(answers) <= {401, 429, 503}  # on a busy machine, some do not get a database connection in time


def test_strangers_do_not_lock_out_a_browser_that_has_signed_in_before(app: Flask, cleo: Moderator) -> None:
    own = Visitor(app, "203.0.113.5")
    assert own.sign_in("Cleo").status_code == 303
    own.press("Sign out everywhere")
    for number in range(login_attempts.PER_ACCOUNT):
        Visitor(app, f"203.0.113.{number}").sign_in("Cleo", "wrong horse battery")
    assert Visitor(app, "203.0.113.99").sign_in("Cleo").status_code == 429
    assert own.sign_in("Cleo").status_code == 303


def test_a_known_browser_has_a_limit_too(app: Flask, cleo: Moderator) -> None:
    own = Visitor(app)
    own.sign_in("Cleo")
    own.press("Sign out everywhere")
    for _ in range(login_attempts.PER_ACCOUNT):
        assert own.sign_in("Cleo", "wrong horse battery").status_code == 401
    assert own.sign_in("Cleo", PASSWORD).status_code == 429


def test_a_browser_is_known_for_its_own_accounts_only(app: Flask, cleo: Moderator, dan: Moderator) -> None:
    own = Visitor(app)
    own.sign_in("Cleo")
    own.press("Sign out everywhere")
    for number in range(login_attempts.PER_ACCOUNT):
        Visitor(app, f"198.51.{number}.7").sign_in("Dan", "wrong horse battery")
    assert own.sign_in("Dan").status_code == 429


def test_a_forged_device_cookie_does_not_help(app: Flask, cleo: Moderator) -> None:
    for number in range(login_attempts.PER_ACCOUNT):
        Visitor(app, f"198.51.{number}.7").sign_in("Cleo", "wrong horse battery")
    late = Visitor(app)
    late.set_cookie("blog_device", "WyJ4IixbXV0.aaaaaa.bbbbbbbbbbbb")
    assert late.sign_in("Cleo").status_code == 429
