"""Checks a name and a password."""

from sqlalchemy import select, update

from blog.database import write_transaction
from blog.extensions import db
from blog.moderation import passwords
from blog.moderation.account_names import name_key
from blog.moderation.models import Moderator


def authenticate(name: str, password: str) -> Moderator | None:
    """The account with this name and password.

    ``None`` does not reveal whether the name is unknown, the account disabled or the password wrong, and takes equally
    long in each case. No transaction is open while the password is checked.
    """
    moderator = db.session.scalar(select(Moderator).where(Moderator.name_key == name_key(name)))
    db.session.commit()
    stored = moderator.password_hash if moderator is not None and moderator.is_active else ""
    # is_password() comes first, because it takes the time: an unknown name or an empty hash must not skip it.
    if not passwords.is_password(stored, password) or moderator is None or not stored:
        return None
    if passwords.needs_rehash(stored):
        _rehash(moderator, password)
    return moderator


def _rehash(moderator: Moderator, password: str) -> None:
    """Hash a correct password again with the current parameters, unless it was changed meanwhile."""
    fresh = passwords.hash_password(password)
    unchanged = (Moderator.id == moderator.id, Moderator.password_hash == moderator.password_hash)
    with write_transaction(db.session()) as session:
        session.execute(update(Moderator).where(*unchanged).values(password_hash=fresh))
