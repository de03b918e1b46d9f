"""Codes of authenticator apps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from blog.database import utc_now
from blog.extensions import db
from blog.moderation import recovery_codes, totp
from blog.moderation.models import Moderator
from tests.support.second_factors import add_app, code_at

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


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


def test_only_six_digits_are_a_code() -> None:
    secret = totp.new_secret()
    code = code_at(secret, utc_now())
    assert totp.matching_step(secret, f" {code[:3]} {code[3:]} ", 0) is not None
    for wrong in ("", code[:5], f"{code}0", "abcdef", code.translate(ARABIC_DIGITS), code * 150):
        assert totp.matching_step(secret, wrong, 0) is None, wrong


def test_another_secret_key_refuses_codes_and_tells_the_operator(
    app: Flask, cleo: Moderator, caplog: pytest.LogCaptureFixture
) -> None:
    secret, codes = add_app(cleo)
    app.config["SECRET_KEY"] = "x" * 40
    assert not totp.use_code(cleo, code_at(secret, utc_now()))
    assert "blog moderator reset-second-factor" in caplog.text
    assert recovery_codes.use(cleo, codes[0])
