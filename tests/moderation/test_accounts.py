"""Who may sign in, and with which password."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from flask import Flask
from sqlalchemy import update

from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import accounts, passwords
from blog.moderation.account_errors import AccountRefused
from blog.moderation.authentication import authenticate
from blog.moderation.models import Moderator
from tests.support.clients import PASSWORD
from tests.support.rows import reread


def test_name_and_password_belong_together(cleo: Moderator) -> None:
    found = authenticate("Cleo", PASSWORD)
    assert found is not None
    assert found.id == cleo.id
    assert authenticate("Cleo", f"{PASSWORD}!") is None
    assert authenticate("Dan", PASSWORD) is None
    assert authenticate("", "") is None


def test_the_password_is_kept_as_argon2id_and_never_in_clear(cleo: Moderator) -> None:
    assert cleo.password_hash.startswith("$argon2id$")
    assert PASSWORD not in cleo.password_hash


@pytest.mark.slow_passwords
def test_a_hash_takes_the_work_that_owasp_asks_for(cleo: Moderator) -> None:
    parameters = extract_parameters(cleo.password_hash)
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19 * 1024, 2, 1)


@pytest.mark.slow_passwords
def test_an_unknown_name_takes_as_long_as_a_wrong_password(cleo: Moderator) -> None:
    assert extract_parameters(passwords.UNUSABLE_HASH) == extract_parameters(cleo.password_hash)


def test_a_name_is_found_however_it_is_typed(cleo: Moderator) -> None:
    for name in ("CLEO", " cleo ", "Ｃｌｅｏ", "cleo\t", "\x00cleo"):
        assert authenticate(name, PASSWORD) is not None, name


@pytest.mark.parametrize(
    ("typed", "stored"), [("café au lait!", "cafe\u0301 au lait!"), ("ﬁve minutes, no more", "five minutes, no more")]
)
def test_a_password_is_accepted_from_every_keyboard(app: Flask, typed: str, stored: str) -> None:
    accounts.add("Zoë", stored)
    assert authenticate("Zoë", typed) is not None


def test_no_two_moderators_look_alike(cleo: Moderator) -> None:
    for name in ("Cleo", "cleo", "CLEO", "Ｃleo"):
        with pytest.raises(AccountRefused, match="already"):
            accounts.add(name, PASSWORD)
    assert len(accounts.listing()) == 1


@pytest.mark.only_on("sqlite", reason="the name is refused before any database is asked")
@pytest.mark.usefixtures("app")
def test_a_name_that_cannot_be_read_or_stored_is_refused() -> None:
    for name in ("", "   ", "a\u200bb", "a\x00b", "x" * 81, "\ufdfa" * 20):
        with pytest.raises(AccountRefused, match="1 to 80"):
            accounts.add(name, PASSWORD)


def test_a_short_password_is_refused_for_new_and_old_accounts(cleo: Moderator) -> None:
    for change in (accounts.add, accounts.reset_password):
        with pytest.raises(AccountRefused, match="12"):
            change("Cleo", "eleven char")
    assert authenticate("Cleo", PASSWORD) is not None


def test_a_disabled_moderator_is_out_and_stays_in_the_listing(cleo: Moderator) -> None:
    accounts.disable("cleo")
    assert authenticate("Cleo", PASSWORD) is None
    (listed,) = accounts.listing()
    assert not reread(listed).is_active


def test_a_new_password_replaces_the_old_and_lets_a_disabled_moderator_in(cleo: Moderator) -> None:
    accounts.disable("Cleo")
    accounts.reset_password("Cleo", "another horse battery")
    assert authenticate("Cleo", PASSWORD) is None
    assert authenticate("Cleo", "another horse battery") is not None


def test_an_unknown_name_is_an_error_for_the_operator(app: Flask) -> None:
    with pytest.raises(AccountRefused, match="Nobody"):
        accounts.disable("Nobody")
    with pytest.raises(AccountRefused, match="Nobody"):
        accounts.reset_password("Nobody", PASSWORD)


def test_the_first_moderator_is_made_once_with_a_password_of_its_own(app: Flask) -> None:
    first = accounts.ensure_first()
    assert first is not None
    name, password = first
    assert authenticate(name, password) is not None
    assert len(password) >= passwords.MIN_PASSWORD
    assert accounts.ensure_first() is None
    assert len(accounts.listing()) == 1


def test_no_first_moderator_is_made_if_all_are_disabled(cleo: Moderator) -> None:
    accounts.disable("Cleo")
    assert accounts.ensure_first() is None


def test_the_listing_is_by_name(app: Flask) -> None:
    for name in ("dan", "Cleo", "Zoë"):
        accounts.add(name, PASSWORD)
    assert [moderator.name for moderator in accounts.listing()] == ["Cleo", "dan", "Zoë"]


def test_a_hash_of_former_parameters_is_renewed_at_sign_in(cleo: Moderator) -> None:
    former = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with write_transaction(db.session()) as session:
        session.execute(update(Moderator).values(password_hash=former))
    assert authenticate("Cleo", PASSWORD) is not None
    assert extract_parameters(reread(cleo).password_hash) == extract_parameters(passwords.UNUSABLE_HASH)
    assert authenticate("Cleo", PASSWORD) is not None


def test_a_damaged_hash_opens_nothing(cleo: Moderator) -> None:
    with write_transaction(db.session()) as session:
        session.execute(update(Moderator).values(password_hash="$argon2id$damaged"))
    assert authenticate("Cleo", PASSWORD) is None
