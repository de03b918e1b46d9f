"""Moderators' accounts: who may sign in, and with which password.

Passwords are kept as Argon2id (RFC 9106) with the parameters of the OWASP Password Storage Cheat Sheet, so that a few
attempts at once cost a small server neither its memory nor its time. No password is ever logged.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from blog.database import utc_now, write_transaction
from blog.errors import OperatorError
from blog.extensions import db
from blog.moderation.models import Moderator, ModeratorSession
from blog.unicode import normalize

MIN_PASSWORD = 12
MAX_NAME, MAX_NAME_KEY = 80, 160
MAX_TYPED_NAME = 1_000
"""What is looked at of a name before it is checked."""
FIRST_NAME = "moderator"

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)
NOBODYS_HASH = (
    f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}${'A' * 22}${'A' * 43}"
)
"""A hash that no password has, and that costs as much to refuse as a real one."""


class AccountRefused(OperatorError):
    """An account cannot be made or changed as asked; the text says why and what mends it."""


def add(name: str, password: str) -> Moderator:
    """Add a moderator. Names differ only if they differ case-folded and NFKC.

    :raises AccountRefused: the name is taken or unusable, or the password is too short.
    """
    name = _usable_name(name)
    moderator = Moderator(name=name, name_key=name_key(name), password_hash=_hash(password), created_at=utc_now())
    try:
        with write_transaction(db.session()) as session:
            session.add(moderator)
    except IntegrityError as error:
        raise AccountRefused(
            f"There is a moderator “{name}” already. Choose another name, or set a new password with: "
            f"blog moderator reset-password {name}"
        ) from error
    return moderator


def names() -> Sequence[str]:
    """The names of all moderators, the disabled ones too: nobody else may use them."""
    return db.session.scalars(select(Moderator.name)).all()


def listing() -> Sequence[Moderator]:
    """All moderators by name, the disabled ones too."""
    return db.session.scalars(select(Moderator).order_by(Moderator.name_key)).all()


def disable(name: str) -> None:
    """Lock a moderator out at once. The account stays, and so does what it decided.

    :raises AccountRefused: there is no such moderator.
    """
    _change(name, {Moderator.disabled_at: utc_now()})


def reset_password(name: str, password: str) -> None:
    """Give a moderator another password, end their sessions, and let them in again if they were disabled.

    :raises AccountRefused: there is no such moderator, or the password is too short.
    """
    _change(name, {Moderator.password_hash: _hash(password), Moderator.disabled_at: None})


def ensure_first() -> tuple[str, str] | None:
    """Make the first moderator where there is none.

    :returns: name and password, which is random and told this once; ``None`` when there is somebody, or when another
        process has just done the same.
    """
    if db.session.scalar(select(Moderator.id).limit(1)) is not None:
        return None
    password = secrets.token_urlsafe(15)
    try:
        add(FIRST_NAME, password)
    except AccountRefused:
        return None
    return FIRST_NAME, password


def authenticate(name: str, password: str) -> Moderator | None:
    """The moderator with this name and password.

    ``None`` says neither that the name is unknown, nor that the account is disabled, nor that the password is wrong,
    and takes as long for each. No transaction is open while the password is checked.
    """
    moderator = db.session.scalar(select(Moderator).where(Moderator.name_key == name_key(name)))
    db.session.commit()
    is_known = moderator is not None and moderator.is_active
    stored = moderator.password_hash if moderator is not None and is_known else NOBODYS_HASH
    if not _is_password(stored, password) or not is_known:
        return None
    if moderator is not None and HASHER.check_needs_rehash(stored):
        _rehash(moderator, password)
    return moderator


def name_key(name: str) -> str:
    """What tells two names apart: case-folded, NFKC, nothing unprintable, single spaces."""
    folded = normalize("NFKC", normalize("NFKC", name[:MAX_TYPED_NAME]).casefold())
    return " ".join("".join(character if character.isprintable() else " " for character in folded).split())


def _usable_name(name: str) -> str:
    name = normalize("NFC", " ".join(name.split()))
    if not name or not name.isprintable() or len(name) > MAX_NAME or len(name_key(name)) > MAX_NAME_KEY:
        raise AccountRefused(f"A moderator’s name has 1 to {MAX_NAME} printable characters. Choose another.")
    return name


def _hash(password: str) -> str:
    password = normalize("NFKC", password)
    if len(password) < MIN_PASSWORD:
        raise AccountRefused(f"A moderator’s password has at least {MIN_PASSWORD} characters. Choose a longer one.")
    return HASHER.hash(password)


def _is_password(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, normalize("NFKC", password))
    except (VerificationError, InvalidHashError):
        return False


def _rehash(moderator: Moderator, password: str) -> None:
    """Keep a password that just proved right under the present parameters, unless it was changed meanwhile."""
    fresh = HASHER.hash(normalize("NFKC", password))
    unchanged = (Moderator.id == moderator.id, Moderator.password_hash == moderator.password_hash)
    with write_transaction(db.session()) as session:
        session.execute(update(Moderator).where(*unchanged).values(password_hash=fresh))


def _change(name: str, values: dict[InstrumentedAttribute[Any], Any]) -> None:
    """Change an account and end its sessions.

    :raises AccountRefused: there is no such moderator.
    """
    change = update(Moderator).where(Moderator.name_key == name_key(name)).values(values).returning(Moderator.id)
    with write_transaction(db.session()) as session:
        moderator_id = session.scalar(change)
        if moderator_id is None:
            raise AccountRefused(f"There is no moderator “{name}”. List the moderators with: blog moderator list")
        session.execute(delete(ModeratorSession).where(ModeratorSession.moderator_id == moderator_id))
