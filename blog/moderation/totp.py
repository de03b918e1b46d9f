"""Codes of an authenticator app: TOTP (RFC 6238), six digits that change every 30 seconds.

The secret is stored encrypted with a key derived from the blog's secret key, so that a stolen copy of the database is
not enough. A code is valid once: the time step of the last one is stored, and only later ones are accepted.
"""

import base64
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

import pyotp
import segno
from flask import current_app
from markupsafe import Markup
from sqlalchemy import update

from blog.config import settings
from blog.database import utc_now, write_transaction
from blog.extensions import db
from blog.moderation.models import Moderator

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""How many steps a clock may be wrong in either direction."""
DIGITS = 6

UNREADABLE = (
    "The authenticator app of “%s” cannot be checked, because BLOG_SECRET_KEY has changed since it was added. "
    "Restore the key, or run: blog moderator reset-second-factor NAME"
)


class SecretUnreadable(Exception):
    """The stored secret was encrypted with another secret key of the blog."""


def new_secret() -> str:
    """A random secret of 160 bits, in base32."""
    return pyotp.random_base32()


def qr_code(name: str, secret: str) -> Markup:
    """The QR code of the secret for an app, as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=settings.title)
    picture = BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(picture, kind="svg", xmldecl=False, omitsize=True, svgclass="qr-code", light="#fff")
    return Markup(picture.getvalue().decode())  # noqa: S704 - made of numbers alone


def matching_step(secret: str, code: str, after: int) -> int | None:
    """The time step after ``after`` whose code is ``code``."""
    digits = "".join(code.split())
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdecimal():
        return None
    totp, now = pyotp.TOTP(secret), int(utc_now().timestamp()) // STEP_SECONDS
    steps = range(max(now - DRIFT_STEPS, after + 1), now + DRIFT_STEPS + 1)
    return next((step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), digits)), None)


def use_code(moderator: Moderator, code: str) -> bool:
    """Whether ``code`` is right and was not used before. If it is sent twice at once, one request succeeds."""
    if moderator.totp_secret is None:
        return False
    try:
        secret = decrypt(moderator.totp_secret)
    except SecretUnreadable:
        current_app.logger.error(UNREADABLE, moderator.name)  # noqa: TRY400 - a traceback says no more
        return False
    step = matching_step(secret, code, moderator.totp_step)
    if step is None:
        return False
    unused = (Moderator.id == moderator.id, Moderator.totp_step < step, Moderator.totp_secret.is_not(None))
    with write_transaction(db.session()) as session:
        used = session.scalar(update(Moderator).where(*unused).values(totp_step=step).returning(Moderator.id))
    return used is not None


def encrypt(secret: str) -> str:
    """The encrypted form of ``secret``."""
    return _fernet().encrypt(secret.encode()).decode()


def decrypt(stored: str) -> str:
    """The secret that :func:`encrypt` was given.

    :raises SecretUnreadable: the blog has another secret key now.
    """
    from cryptography.fernet import InvalidToken  # noqa: PLC0415

    try:
        return _fernet().decrypt(stored).decode()
    except InvalidToken as error:
        raise SecretUnreadable from error


def _fernet() -> "Fernet":
    # Imported at its first use, because cryptography takes 6 MB in every process, and few of them check these codes.
    from cryptography.fernet import Fernet  # noqa: PLC0415

    # “totp” makes this key another one than those that are made from the secret key for other purposes.
    return Fernet(base64.urlsafe_b64encode(sha256(f"totp {current_app.secret_key!s}".encode()).digest()))
