"""Which passwords are too easy to guess."""

import time

import pytest

from blog.moderation import passwords
from blog.moderation.passwords import Weakness, weakness


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword", "password1234", "passwort12345", "letmeinletmein", "qwertyuiop12", "aaaaaaaaaaaa",
        "123456789012", "abcabcabcabc", "Passw0rd!Passw0rd!", "moderator1234", "cleo cleo cleo", "CLEOBROWN1990",
    ],
)  # fmt: skip
def test_obvious_passwords_are_refused(password: str) -> None:
    assert weakness(password, "Cleo Brown") is Weakness.COMMON


def test_each_of_the_commonest_that_is_long_enough_is_refused() -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    commonest = [word for word in FREQUENCY_LISTS["passwords"][: passwords.COMMONEST] if len(word) >= 12]
    assert len(commonest) > 30
    assert {weakness(word) for word in commonest} == {Weakness.COMMON}


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "five minutes, no more", "kaffee tasse morgen", "café au lait!", "vier grüne elefanten"],
)
def test_a_sentence_needs_no_digit_no_capital_and_no_sign(password: str) -> None:
    assert weakness(password, "Cleo") is None


def test_length_is_counted_after_normalising() -> None:
    assert weakness("ﬁ" * 5) is Weakness.SHORT
    assert weakness("x" * 11) is Weakness.SHORT
    assert weakness("x" * 1_001) is Weakness.LONG


def test_the_longest_password_is_checked_quickly() -> None:
    started = time.process_time()
    weakness("ab1 " * 250)
    assert time.process_time() - started < 1
