"""Gives accounts second factors."""

import os
from datetime import datetime, timedelta

import pyotp

from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation import second_factor_setup, totp
from blog.moderation.models import Moderator, Passkey


def code_at(secret: str, time: datetime) -> str:
    return pyotp.TOTP(secret).at(time)


def add_app(moderator: Moderator) -> tuple[str, list[str]]:
    """Give an account an app whose first code was used some time ago; return its secret and the recovery codes."""
    secret = totp.new_secret()
    codes = second_factor_setup.add_totp(moderator, secret, code_at(secret, utc_now() - timedelta(seconds=30)))
    assert codes is not None
    db.session.refresh(moderator)
    return secret, codes


def add_passkey(moderator: Moderator) -> Passkey:
    """Give an account a passkey that no browser has."""
    passkey = Passkey(
        moderator_id=moderator.id,
        credential_id=os.urandom(16),
        public_key=b"",
        sign_count=0,
        name="Phone",
        created_at=utc_now(),
    )
    with write_transaction(db.session()) as session:
        session.add(passkey)
    return passkey
