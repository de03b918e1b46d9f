"""Gives accounts an authenticator app."""

from datetime import datetime, timedelta

import pyotp

from blog.database import utc_now
from blog.extensions import db
from blog.moderation import second_factor_setup, totp
from blog.moderation.models import Moderator


def code_at(secret: str, time: datetime) -> str:
    return pyotp.TOTP(secret).at(time)


def add_app(moderator: Moderator) -> tuple[str, list[str]]:
    """Give an account an app whose first code was used some time ago; return its secret and the recovery codes."""
    secret = totp.new_secret()
    codes = second_factor_setup.add_totp(moderator, secret, code_at(secret, utc_now() - timedelta(seconds=30)))
    assert codes is not None
    db.session.refresh(moderator)
    return secret, codes
